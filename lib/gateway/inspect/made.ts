import type { MadeFacts } from '#lib/shared/policy.ts';
import { asPlain, type Plain } from './findings.ts';

type Limit = number | 'none';

/** What a container is created with. */
export function containerMade(body: Plain, host: Plain): MadeFacts {
  return {
    what: 'container',
    labels: labelsOf(body.Labels),
    memory: limitOf(host.Memory),
    cpus: cpusOf(host),
    fields: { labels: 'Labels', memory: 'HostConfig.Memory', cpus: 'HostConfig.NanoCpus' },
  };
}

/** What an update changes: engines keep what is 0 or absent, and take what is below 0 for "no limit". */
export function updateMade(body: Plain): MadeFacts {
  return {
    what: 'update',
    labels: {},
    memory: isNumber(body.Memory) && body.Memory !== 0 ? limitOf(body.Memory) : undefined,
    cpus: changedCpus(body),
    fields: { labels: 'Labels', memory: 'Memory', cpus: 'NanoCpus' },
  };
}

/** What a service's tasks are made with; an update of a service carries the whole of it. */
export function serviceMade(body: Plain, at: (field: string) => string): MadeFacts {
  const task = asPlain(body.TaskTemplate);
  const limits = asPlain(asPlain(task.Resources).Limits);
  const nano = limitOf(limits.NanoCPUs);
  return {
    what: 'service',
    labels: { ...labelsOf(asPlain(task.ContainerSpec).Labels), ...labelsOf(body.Labels) },
    memory: limitOf(limits.MemoryBytes),
    cpus: nano === 'none' ? nano : nano / 1e9,
    fields: {
      labels: at('Labels'),
      memory: at('TaskTemplate.Resources.Limits.MemoryBytes'),
      cpus: at('TaskTemplate.Resources.Limits.NanoCPUs'),
    },
  };
}

/** NanoCpus, or a quota within a period (100 ms unless given), of which engines take one. */
function cpusOf(host: Plain): Limit {
  const nano = limitOf(host.NanoCpus);
  if (nano !== 'none') return nano / 1e9;
  const quota = limitOf(host.CpuQuota);
  const period = limitOf(host.CpuPeriod);
  return quota === 'none' ? 'none' : quota / (period === 'none' ? 100_000 : period);
}

/** A shorter period alone makes more of the same quota, and which quota stands there the request does not tell. */
function changedCpus(body: Plain): MadeFacts['cpus'] {
  const given = (field: string) => isNumber(body[field]) && body[field] !== 0;
  if (given('NanoCpus')) return cpusOf({ NanoCpus: body.NanoCpus });
  if (!given('CpuQuota') && !given('CpuPeriod')) return undefined;
  if (isNumber(body.CpuQuota) && body.CpuQuota < 0) return 'none';
  return given('CpuQuota') && given('CpuPeriod') ? cpusOf(body) : 'unclear';
}

function limitOf(value: unknown): Limit {
  return isNumber(value) && value > 0 ? value : 'none';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function labelsOf(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asPlain(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
