import { z } from 'zod';
import type { StatsItem } from '#lib/shared/realtime.ts';

const number = z.number().catch(0);
const cpuSchema = z.object({
  cpu_usage: z
    .object({ total_usage: number, percpu_usage: z.array(z.number()).nullish() })
    .partial()
    .optional(),
  system_cpu_usage: number.optional(),
  online_cpus: number.optional(),
});
const ioSchema = z.object({ op: z.string(), value: z.number() });

/** One sample of the engine's `/containers/{id}/stats`; cgroup v1 and v2, and Podman, differ in what is there. */
export const statsSchema = z.object({
  read: z.string(),
  cpu_stats: cpuSchema.optional(),
  precpu_stats: cpuSchema.optional(),
  memory_stats: z
    .object({ usage: number, limit: number, stats: z.record(z.string(), z.unknown()) })
    .partial()
    .optional(),
  networks: z.record(z.string(), z.object({ rx_bytes: number, tx_bytes: number })).nullish(),
  blkio_stats: z
    .object({ io_service_bytes_recursive: z.array(ioSchema).nullish() })
    .partial()
    .optional(),
  pids_stats: z.object({ current: number }).partial().optional(),
});

export type RawStats = z.infer<typeof statsSchema>;

/**
 * A sample as people read it, computed as the docker CLI does. `before` is the sample to count the CPU from; absent: the
 * one that the engine put beside it. Undefined: the container does not run, the engine has nothing to tell.
 */
export function toStatsItem(raw: RawStats, before: Pick<RawStats, 'cpu_stats'> | undefined): StatsItem | undefined {
  const at = Date.parse(raw.read);
  // A stopped container's sample is dated in the year 1.
  if (!(at > 0)) return undefined;
  const io = raw.blkio_stats?.io_service_bytes_recursive ?? [];
  const nets = Object.values(raw.networks ?? {});
  return {
    at,
    ...cpu(raw, before ? before.cpu_stats : raw.precpu_stats),
    memoryBytes: usedMemory(raw.memory_stats),
    memoryLimitBytes: raw.memory_stats?.limit ?? 0,
    netRxBytes: sum(nets.map((net) => net.rx_bytes)),
    netTxBytes: sum(nets.map((net) => net.tx_bytes)),
    diskReadBytes: sum(io.filter(({ op }) => op.toLowerCase() === 'read').map(({ value }) => value)),
    diskWriteBytes: sum(io.filter(({ op }) => op.toLowerCase() === 'write').map(({ value }) => value)),
    pids: raw.pids_stats?.current ?? 0,
  };
}

type RawCpu = z.infer<typeof cpuSchema> | undefined;

function cpu(raw: RawStats, before: RawCpu): { cpuPercent: number; cpus: number } {
  const now = raw.cpu_stats;
  const cpus = now?.online_cpus || now?.cpu_usage?.percpu_usage?.length || 1;
  const used = (now?.cpu_usage?.total_usage ?? 0) - (before?.cpu_usage?.total_usage ?? 0);
  const system = (now?.system_cpu_usage ?? 0) - (before?.system_cpu_usage ?? 0);
  // Without a sample before there is no share to tell: what was used since the start is not what is used now.
  const known = before?.system_cpu_usage !== undefined && system > 0 && used > 0;
  return { cpuPercent: known ? (used / system) * cpus * 100 : 0, cpus };
}

/** Without the page cache that the kernel would give back: `total_inactive_file` in cgroup v1, `inactive_file` in v2. */
function usedMemory(memory: RawStats['memory_stats']): number {
  const usage = memory?.usage ?? 0;
  const cache = memory?.stats?.total_inactive_file ?? memory?.stats?.inactive_file;
  return typeof cache === 'number' && cache < usage ? usage - cache : usage;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
