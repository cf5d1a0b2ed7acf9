import { type PolicyRules, policyRules, type refusable } from '#lib/shared/policy.ts';

export type Refusable = (typeof refusable)[number];

/** The rules that are lists of what is allowed, in people's words; all others are refused then. */
export const listRules = [
  {
    key: 'hostPaths',
    label: 'Host paths',
    placeholder: '/srv/data',
    hint: 'These and what is below them, by bind, mount or volume option. Symbolic links on the host can not be seen from here.',
  },
  { key: 'devices', label: 'Devices', placeholder: '/dev/fuse\ngpu', hint: '* stands for any characters.' },
  {
    key: 'capabilities',
    label: 'Added capabilities',
    placeholder: 'SYS_PTRACE',
    hint: 'Beyond the default set, which is always allowed.',
  },
  {
    key: 'securityOptions',
    label: 'Security options',
    placeholder: 'seccomp=unconfined\napparmor=*',
    hint: 'As --security-opt writes them.',
  },
  { key: 'runtimes', label: 'Runtimes', placeholder: 'runc', hint: 'The default of the engine is always allowed.' },
  { key: 'logDrivers', label: 'Log drivers', placeholder: 'json-file\nlocal', hint: 'The default is always allowed.' },
  {
    key: 'networkDrivers',
    label: 'Network drivers',
    placeholder: 'macvlan\ninterface:*',
    hint: 'Beyond bridge and overlay; interface:eth0 allows to name an interface of the host.',
  },
  {
    key: 'volumeDrivers',
    label: 'Volume drivers',
    placeholder: 'nfs',
    hint: 'Plugins, and nfs or cifs of the local driver.',
  },
] as const satisfies readonly { key: keyof PolicyRules; label: string; placeholder: string; hint: string }[];
export type ListRule = (typeof listRules)[number]['key'];

export const refusableWords: Readonly<Record<Refusable, { label: string; hint: string }>> = {
  privileged: { label: 'Privileged containers', hint: 'They are root of the host.' },
  'exec-privileged': { label: 'Privileged exec', hint: 'docker exec --privileged.' },
  kernel: {
    label: 'Kernel settings, cgroup parents, annotations',
    hint: 'Sysctls, cgroup parents, OOM scores below 0.',
  },
  plugin: { label: 'Plugins', hint: 'Installing, enabling and changing them: code inside the engine.' },
  remote: {
    label: 'Fetching from elsewhere',
    hint: 'Builds and imports from a URL, registry logins elsewhere, joining a swarm.',
  },
  session: {
    label: 'BuildKit sessions',
    hint: 'docker buildx: can not be looked into, and may build in the network of the host.',
  },
};

/** The form's state: texts as they are typed, one entry a line. A list that is off restricts nothing. */
export interface RulesDraft {
  refuse: readonly Refusable[];
  lists: Readonly<Record<ListRule, { on: boolean; text: string }>>;
  namespaces: { on: boolean; allowed: readonly string[] };
  images: { on: boolean; text: string; digest: boolean; fromRegistries: boolean };
  ports: { on: boolean; text: string; random: boolean };
  memory: { on: boolean; max: string };
  cpus: { on: boolean; max: string };
  labels: string;
}

/** The form of stored rules. */
export function draftOf(rules: PolicyRules): RulesDraft {
  const listed = (list: readonly string[] | undefined) => ({ on: list !== undefined, text: (list ?? []).join('\n') });
  return {
    refuse: rules.refuse ?? [],
    lists: {
      hostPaths: listed(rules.hostPaths),
      devices: listed(rules.devices),
      capabilities: listed(rules.capabilities),
      securityOptions: listed(rules.securityOptions),
      runtimes: listed(rules.runtimes),
      logDrivers: listed(rules.logDrivers),
      networkDrivers: listed(rules.networkDrivers),
      volumeDrivers: listed(rules.volumeDrivers),
    },
    namespaces: { on: rules.namespaces !== undefined, allowed: rules.namespaces ?? [] },
    images: {
      ...listed(rules.images?.allowed),
      digest: rules.images?.digest ?? false,
      fromRegistries: rules.images?.fromRegistries ?? false,
    },
    ports: { ...listed(rules.ports?.ranges), random: rules.ports?.random ?? false },
    memory: { on: rules.memory !== undefined, max: showBytes(rules.memory?.maxBytes) },
    cpus: { on: rules.cpus !== undefined, max: String(rules.cpus?.max ?? '') },
    labels: (rules.labels ?? []).join('\n'),
  };
}

/** The rules of the form, or a sentence that says what is wrong. Rules that restrict nothing are left out. */
export function rulesOf(draft: RulesDraft): { rules: PolicyRules } | { problem: string } {
  const maxBytes = parseBytes(draft.memory.max);
  const max = draft.cpus.max.trim() === '' ? undefined : Number(draft.cpus.max.replace(',', '.'));
  if (draft.memory.on && draft.memory.max.trim() !== '' && maxBytes === undefined) {
    return { problem: 'Memory: write it as 512m or 2g.' };
  }
  if (draft.cpus.on && Number.isNaN(max)) return { problem: 'CPUs: write a number such as 1.5.' };
  const { images, ports, namespaces } = draft;
  const labels = lines(draft.labels);
  const wanted = {
    ...(draft.refuse.length > 0 ? { refuse: draft.refuse } : {}),
    ...Object.fromEntries(
      listRules.flatMap(({ key }) => (draft.lists[key].on ? [[key, lines(draft.lists[key].text)]] : [])),
    ),
    ...(namespaces.on ? { namespaces: namespaces.allowed } : {}),
    ...(images.on || images.digest || images.fromRegistries
      ? {
          images: {
            ...(images.on ? { allowed: lines(images.text) } : {}),
            ...(images.digest ? { digest: true } : {}),
            ...(images.fromRegistries ? { fromRegistries: true } : {}),
          },
        }
      : {}),
    ...(ports.on ? { ports: { ranges: lines(ports.text), ...(ports.random ? { random: true } : {}) } } : {}),
    ...(draft.memory.on ? { memory: maxBytes === undefined ? {} : { maxBytes } } : {}),
    ...(draft.cpus.on ? { cpus: max === undefined ? {} : { max } } : {}),
    ...(labels.length > 0 ? { labels } : {}),
  };
  const parsed = policyRules.safeParse(wanted);
  if (parsed.success) return { rules: parsed.data };
  const [issue] = parsed.error.issues;
  const rule = String(issue?.path[0] ?? '');
  return { problem: `${listRules.find(({ key }) => key === rule)?.label ?? rule}: ${issue?.message ?? 'not valid'}` };
}

/** For the list of policies: what is restricted, in a few words. */
export function describeRules(rules: PolicyRules): string[] {
  const restricted = listRules.filter(({ key }) => rules[key] !== undefined);
  return [
    ...(rules.refuse ?? []).map((key) => `no ${lowerFirst(refusableWords[key].label)}`),
    ...restricted.map(({ key, label }) => {
      const count = rules[key]?.length ?? 0;
      return count === 0 ? `no ${lowerFirst(label)}` : `${lowerFirst(label)}: ${count} allowed`;
    }),
    ...(rules.namespaces
      ? [rules.namespaces.length === 0 ? 'no host namespaces' : `host namespaces: ${rules.namespaces.join(', ')}`]
      : []),
    ...(rules.images?.allowed ? [`images: ${rules.images.allowed.join(', ') || 'none'}`] : []),
    ...(rules.images?.digest ? ['images by digest'] : []),
    ...(rules.images?.fromRegistries ? ['images from registries alone'] : []),
    ...(rules.ports ? [`host ports: ${rules.ports.ranges.join(', ') || 'none'}`] : []),
    ...(rules.memory ? [`memory limit${rules.memory.maxBytes ? ` to ${showBytes(rules.memory.maxBytes)}` : ''}`] : []),
    ...(rules.cpus ? [`CPU limit${rules.cpus.max ? ` to ${rules.cpus.max}` : ''}`] : []),
    ...(rules.labels ? [`labels: ${rules.labels.join(', ')}`] : []),
  ];
}

function lines(text: string): string[] {
  return [...new Set(text.split(/\r?\n/).map((line) => line.trim()))].filter((line) => line !== '');
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

const units: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** `512m`, `2g`, as docker run takes them. */
function parseBytes(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim());
  const unit = units[found?.[2]?.toLowerCase() ?? ''];
  return found && unit !== undefined ? Math.round(Number(found[1]) * unit) : undefined;
}

function showBytes(bytes: number | undefined): string {
  if (bytes === undefined) return '';
  const [unit, size] = Object.entries(units).findLast(([, each]) => each > 1 && bytes % each === 0) ?? ['', 1];
  return `${bytes / size}${unit}`;
}
