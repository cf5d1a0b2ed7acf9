import { describe, expect, it } from 'vitest';
import { statsSchema, toStatsItem } from './container-stats.ts';

const sample = (more: object = {}) =>
  statsSchema.parse({
    read: '2026-11-26T12:00:00.123456789Z',
    cpu_stats: { cpu_usage: { total_usage: 3_000_000 }, system_cpu_usage: 200_000_000, online_cpus: 4 },
    precpu_stats: { cpu_usage: { total_usage: 1_000_000 }, system_cpu_usage: 100_000_000, online_cpus: 4 },
    memory_stats: { usage: 1000, limit: 5000, stats: { total_inactive_file: 300, inactive_file: 100 } },
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    blkio_stats: {
      io_service_bytes_recursive: [
        { op: 'Read', value: 5 },
        { op: 'write', value: 7 },
      ],
    },
    pids_stats: { current: 3 },
    ...more,
  });

describe('container stats', () => {
  it('computes what the docker command line shows', () => {
    expect(toStatsItem(sample(), undefined)).toEqual({
      at: Date.parse('2026-11-26T12:00:00.123Z'),
      cpuPercent: 8,
      cpus: 4,
      memoryBytes: 700,
      memoryLimitBytes: 5000,
      netRxBytes: 11,
      netTxBytes: 22,
      diskReadBytes: 5,
      diskWriteBytes: 7,
      pids: 3,
    });
  });

  it('takes cgroup v2’s name for the cache', () => {
    const memory_stats = { usage: 1000, limit: 5000, stats: { inactive_file: 100 } };
    expect(toStatsItem(sample({ memory_stats }), undefined)?.memoryBytes).toBe(900);
  });

  it('counts from a sample of our own where the engine gives none', () => {
    const before = sample({ cpu_stats: { cpu_usage: { total_usage: 2_000_000 }, system_cpu_usage: 150_000_000 } });
    expect(toStatsItem(sample({ precpu_stats: undefined }), before)?.cpuPercent).toBe(8);
    expect(toStatsItem(sample({ precpu_stats: undefined }), undefined)?.cpuPercent).toBe(0);
  });

  it('has nothing to tell of a container that does not run', () => {
    expect(toStatsItem(statsSchema.parse({ read: '0001-01-01T00:00:00Z', networks: null }), undefined)).toBeUndefined();
  });
});
