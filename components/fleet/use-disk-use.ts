'use client';
import { useQuery } from '@tanstack/react-query';
import { doorFetch } from '#components/live/door.ts';

const everyMs = 5 * 60_000;

export interface DiskUse {
  /** Bytes; shared layers counted once. */
  images: number;
  containers: number;
  volumes: number;
  buildCache: number;
  total: number;
}

/**
 * What an engine keeps on disk. The engine walks its whole disk for this, so it is asked at most every five minutes,
 * and only while somebody looks; the answer's age is in `dataUpdatedAt`.
 */
export function useDiskUse(engine: string, enabled: boolean) {
  return useQuery({
    queryKey: ['disk-use', engine],
    queryFn: async ({ signal }) => readDiskUse(await doorFetch(engine, 'GET', '/system/df', undefined, { signal })),
    enabled,
    staleTime: everyMs,
    refetchInterval: everyMs,
    gcTime: 2 * everyMs,
  });
}

export function readDiskUse(answer: unknown): DiskUse {
  const images = number(answer, 'LayersSize');
  const containers = sum(list(answer, 'Containers'), (entry) => number(entry, 'SizeRw'));
  const volumes = sum(list(answer, 'Volumes'), (entry) => number(field(entry, 'UsageData'), 'Size'));
  const buildCache = sum(list(answer, 'BuildCache'), (entry) =>
    field(entry, 'Shared') === true ? 0 : number(entry, 'Size'),
  );
  return { images, containers, volumes, buildCache, total: images + containers + volumes + buildCache };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** Sizes that the engine does not know are -1. */
function number(value: unknown, name: string): number {
  const found = field(value, name);
  return typeof found === 'number' && found > 0 ? found : 0;
}

function list(value: unknown, name: string): unknown[] {
  const found = field(value, name);
  return Array.isArray(found) ? found : [];
}

function sum(entries: readonly unknown[], read: (entry: unknown) => number): number {
  return entries.reduce<number>((total, entry) => total + read(entry), 0);
}
