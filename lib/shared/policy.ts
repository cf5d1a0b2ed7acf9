import { z } from 'zod';

/**
 * What a request asks for that a create policy can judge. Whatever counts as host access is one of these, by the type of
 * the reasons that lib/gateway collects: no field can be seen by the check of grants and missed by the policies.
 */
export const factKinds = [
  'privileged',
  'exec-privileged',
  'host-path',
  'namespace',
  'device',
  'capability',
  'security-option',
  'runtime',
  'kernel',
  'log-driver',
  'network-driver',
  'volume-driver',
  'plugin',
  'remote',
  'session',
  'unknown',
  'image',
  'image-made',
  'port',
] as const;
export type FactKind = (typeof factKinds)[number];

export interface Fact {
  kind: FactKind;
  /** Where it stands: `HostConfig.Binds`, `query networkmode`. */
  field: string;
  /** What is asked for, as rules compare it: a path, `SYS_ADMIN`, `8080`; '' where nothing can be said of it. */
  value: string;
}

/** What a container or service is made with, for the rules that require something. */
export interface MadeFacts {
  /** update: what is absent stays as it is. */
  what: 'container' | 'service' | 'update';
  labels: Readonly<Record<string, string>>;
  /** Bytes; 'none': without a limit; absent: not changed. */
  memory?: number | 'none';
  /** In processors; unclear: a change whose result depends on what stands there. */
  cpus?: number | 'none' | 'unclear';
  /** Where the limits stand, for the refusal. */
  fields: { labels: string; memory: string; cpus: string };
}

/** Everything of one request that policies look at. */
export interface PolicyFacts {
  facts: readonly Fact[];
  made?: MadeFacts;
}

/** What a policy can refuse as a whole. */
export const refusable = ['privileged', 'exec-privileged', 'plugin', 'kernel', 'remote', 'session'] as const;
export const namespaceNames = ['network', 'pid', 'ipc', 'uts', 'user', 'cgroup'] as const;

const entries = (most = 100) =>
  z
    .array(z.string().trim().min(1, 'An entry is empty.').max(256, 'An entry has at most 256 characters.'))
    .max(most, `At most ${most} entries.`)
    .transform((list) => [...new Set(list)].sort())
    .optional();

const hostPath = z
  .string()
  .trim()
  .max(1024, 'A path has at most 1,024 characters.')
  .refine((path) => /^(\/|[a-zA-Z]:[\\/])/.test(path), 'A host path starts with / (or a drive, on Windows).')
  .refine((path) => !path.split(/[\\/]/).some((part) => part === '..'), 'A host path has no .. in it.');
const portRange = z
  .string()
  .trim()
  .regex(/^\d{1,5}(-\d{1,5})?$/, 'A port or a range: 8080, 8000-8999.')
  .refine((text) => {
    const [from = 0, to = from] = text.split('-').map(Number);
    return from >= 1 && to >= from && to <= 65535;
  }, 'Ports are 1 to 65535, the smaller one first.');

/**
 * The rules of a policy. An absent rule restricts nothing; an empty list allows none. What no rule can name (a field that
 * Pilothouse does not know, an odd spelling) every policy with a rule refuses.
 */
export const policyRules = z.strictObject({
  refuse: z
    .array(z.enum(refusable))
    .transform((list) => [...new Set(list)].sort())
    .optional(),
  /** A path and what is below it. */
  hostPaths: z.array(hostPath).max(100, 'At most 100 entries.').optional(),
  namespaces: z.array(z.enum(namespaceNames)).optional(),
  /** Patterns: `/dev/fuse`, `/dev/snd/*`, `gpu`. */
  devices: entries(),
  /** Beyond the default set; with or without CAP_. */
  capabilities: entries(),
  /** Patterns over `name=value`. */
  securityOptions: entries(),
  runtimes: entries(),
  logDrivers: entries(),
  networkDrivers: entries(),
  volumeDrivers: entries(),
  images: z
    .strictObject({
      /** Patterns over `registry/repository[:tag]`. */
      allowed: z.array(z.string().trim().min(1).max(256)).max(100, 'At most 100 entries.').optional(),
      /** Only by `@sha256:...`. */
      digest: z.boolean().optional(),
      /** Build, commit, import, load and tag are refused: all images come from a registry. */
      fromRegistries: z.boolean().optional(),
    })
    .optional(),
  ports: z
    .strictObject({
      ranges: z.array(portRange).max(50, 'At most 50 ranges.'),
      /** Ports that the engine picks. */
      random: z.boolean().optional(),
    })
    .optional(),
  /** A limit is required; at most so many bytes. */
  memory: z.strictObject({ maxBytes: z.number().int().positive().optional() }).optional(),
  cpus: z.strictObject({ max: z.number().positive().max(4096).optional() }).optional(),
  /** `key` or `key=value`. */
  labels: entries(32),
});
export type PolicyRules = z.infer<typeof policyRules>;

export const policyScope = z.strictObject({ kind: z.enum(['all', 'tag', 'engine']), value: z.string().max(63) });

/** A policy as people give it. */
export const policyInput = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1, 'A policy has a name.')
    .max(63, 'A name has at most 63 characters.')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    .refine((name) => !/[\u0000-\u001f\u007f]/.test(name), 'A name has no control characters.'),
  description: z.string().trim().max(300, 'A description has at most 300 characters.').default(''),
  scope: policyScope,
  enabled: z.boolean().default(true),
  rules: policyRules,
});
export type PolicyInput = z.infer<typeof policyInput>;

/** What may be created and changed on some engines, above all roles: administrators are held to it, too. */
export interface Policy extends PolicyInput {
  id: string;
  createdAt: number;
  updatedAt: number;
}

/** Why a policy refuses. */
export interface Violation {
  policyId: string;
  policyName: string;
  /** The rule, by its name in PolicyRules. */
  rule: keyof PolicyRules | 'unknown';
  field: string;
  /** What is wrong, in words: `the host path "/etc" is not within those allowed (/srv)`. */
  wrong: string;
  /** For people, a whole sentence that names field, rule and policy. */
  sentence: string;
}
