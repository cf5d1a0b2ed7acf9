import type { EngineRef } from '#lib/shared/access.ts';
import type { Fact, FactKind, Policy, PolicyFacts, PolicyRules, Violation } from '#lib/shared/policy.ts';
import { isWithinPath } from './host-path.ts';
import { judgeImage } from './policy-images.ts';
import { judgeMade } from './policy-limits.ts';
import { matchesPattern } from './resource-scope.ts';

/** What a rule says of a fact: undefined allows, a text is what is wrong. */
type Rule = (fact: Fact, rules: PolicyRules) => string | undefined;

const listed =
  (key: 'devices' | 'securityOptions' | 'runtimes' | 'logDrivers' | 'networkDrivers' | 'volumeDrivers', noun: string) =>
  ({ value }: Fact, rules: PolicyRules) => {
    const allowed = rules[key];
    if (!allowed || allowed.some((pattern) => matchesPattern(pattern, value) && !value.includes('..')))
      return undefined;
    return `the ${noun} ${quote(value)} is not among those allowed (${list(allowed)})`;
  };

const refused = (key: NonNullable<PolicyRules['refuse']>[number], words: string) => (_fact: Fact, rules: PolicyRules) =>
  rules.refuse?.includes(key) ? `${words} is refused` : undefined;

/**
 * Which rule judges which kind of fact. A table over all kinds: a new kind without a rule does not compile, so that no
 * field can be host access for the grants and nothing for the policies (CVE-2026-44849, CVE-2026-44850).
 */
const judges: Readonly<Record<FactKind, { rule: keyof PolicyRules | 'unknown'; judge: Rule }>> = {
  privileged: { rule: 'refuse', judge: refused('privileged', 'a privileged container') },
  'exec-privileged': { rule: 'refuse', judge: refused('exec-privileged', 'a privileged process') },
  plugin: { rule: 'refuse', judge: refused('plugin', 'a plugin, which is code inside the engine,') },
  kernel: { rule: 'refuse', judge: refused('kernel', 'changing kernel settings, cgroups or annotations') },
  remote: { rule: 'refuse', judge: refused('remote', 'making the engine fetch from elsewhere') },
  session: { rule: 'refuse', judge: judgeSession },
  'host-path': { rule: 'hostPaths', judge: judgePath },
  namespace: {
    rule: 'namespaces',
    judge: ({ value }, { namespaces }) =>
      !namespaces || namespaces.some((name) => name === value)
        ? undefined
        : `the ${value || 'unknown'} namespace of the host is not among those allowed (${list(namespaces)})`,
  },
  device: { rule: 'devices', judge: listed('devices', 'device') },
  capability: { rule: 'capabilities', judge: judgeCapability },
  'security-option': { rule: 'securityOptions', judge: listed('securityOptions', 'security option') },
  runtime: { rule: 'runtimes', judge: listed('runtimes', 'runtime') },
  'log-driver': { rule: 'logDrivers', judge: listed('logDrivers', 'log driver') },
  'network-driver': { rule: 'networkDrivers', judge: listed('networkDrivers', 'network driver') },
  'volume-driver': { rule: 'volumeDrivers', judge: listed('volumeDrivers', 'volume driver') },
  image: { rule: 'images', judge: ({ value }, { images }) => images && judgeImage(value, images) },
  'image-made': {
    rule: 'images',
    judge: (_fact, { images }) =>
      images?.fromRegistries ? 'images are not made here: they come from a registry' : undefined,
  },
  port: { rule: 'ports', judge: judgePort },
  unknown: { rule: 'unknown', judge: () => 'it can not be judged, so it is refused' },
};

/** The policies in force on the engine. */
export function policiesFor(policies: readonly Policy[], engine: EngineRef): Policy[] {
  return policies.filter(({ enabled, scope }) => {
    if (!enabled) return false;
    if (scope.kind === 'all') return true;
    return scope.kind === 'tag' ? engine.tags.includes(scope.value) : scope.value === engine.id;
  });
}

/** Everything that the policies refuse in what a request asks for: all of them must allow. Pure. Empty: it may go on. */
export function judgeByPolicies(policies: readonly Policy[], asked: PolicyFacts): Violation[] {
  return policies.flatMap((policy) => {
    if (Object.keys(policy.rules).length === 0) return [];
    const violation = (rule: Violation['rule'], field: string, wrong: string): Violation => ({
      policyId: policy.id,
      policyName: policy.name,
      rule,
      field,
      wrong,
      sentence: `${field}: ${wrong} by the policy ${quote(policy.name)}. An administrator can change it.`,
    });
    const byFacts = asked.facts.flatMap((fact) => {
      const { rule, judge } = judges[fact.kind];
      const wrong = judge(fact, policy.rules);
      return wrong === undefined ? [] : [violation(rule, fact.field, wrong)];
    });
    const made = asked.made ? judgeMade(asked.made, policy.rules) : [];
    return [...byFacts, ...made.map(({ rule, field, wrong }) => violation(rule, field, wrong))];
  });
}

/** What goes through a session can't be looked into; that it can make images is known. */
function judgeSession(_fact: Fact, { refuse, images }: PolicyRules): string | undefined {
  if (refuse?.includes('session')) return 'a BuildKit session, which the door can not look into, is refused';
  return images?.fromRegistries ? 'a BuildKit session, which can make images, is refused' : undefined;
}

function judgePath({ value }: Fact, { hostPaths }: PolicyRules): string | undefined {
  if (!hostPaths || hostPaths.some((prefix) => isWithinPath(prefix, value))) return undefined;
  return value === ''
    ? `it can reach any host path, and only some are allowed (${list(hostPaths)})`
    : `the host path ${quote(value)} is not within those allowed (${list(hostPaths)})`;
}

/** ALL is a capability of its own here: whoever allows SYS_PTRACE has not allowed ALL. */
function judgeCapability({ value }: Fact, { capabilities }: PolicyRules): string | undefined {
  const plain = (name: string) => name.trim().toUpperCase().replace(/^CAP_/, '');
  if (!capabilities || capabilities.some((name) => plain(name) === plain(value))) return undefined;
  return `the capability ${quote(value)} is not among those allowed (${list(capabilities)})`;
}

/** `8080`, `8000-8010`, or `random`. */
function judgePort({ value }: Fact, { ports }: PolicyRules): string | undefined {
  if (!ports) return undefined;
  if (value === 'random') return ports.random ? undefined : 'a port that the engine picks is not allowed';
  const asked = boundsOf(value);
  const fits =
    asked && ports.ranges.map(boundsOf).some((range) => range && asked.from >= range.from && asked.to <= range.to);
  return fits ? undefined : `the host port ${quote(value)} is not within those allowed (${list(ports.ranges)})`;
}

function boundsOf(text: string): { from: number; to: number } | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!found) return undefined;
  const from = Number(found[1]);
  const to = found[2] === undefined ? from : Number(found[2]);
  return to < from ? undefined : { from, to };
}

function list(allowed: readonly string[]): string {
  if (allowed.length === 0) return 'none';
  return allowed.length > 8 ? `${allowed.slice(0, 8).join(', ')} and ${allowed.length - 8} more` : allowed.join(', ');
}

function quote(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}
