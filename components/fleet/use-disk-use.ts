'use client';
import { useQuery } from '@tanstack/react-query';
import { doorResponse } from '#components/live/door.ts';
import { useEngine } from '#components/live/inventory-store.ts';

const everyMs = 5 * 60_000;
/** A page left open asks on: that is no sign of a person, whose session may end for want of one. */
const unattended = { 'X-Pilothouse-Unattended': '1' };

export interface DiskUse {
  /** When the engine counted, ms since 1970: the console asks it once for all browsers. */
  countedAt: number;
  /** Bytes; shared layers counted once. */
  images: number;
  containers: number;
  volumes: number;
  buildCache: number;
  total: number;
  parts: readonly DiskPart[];
}

/** One line of `docker system df`. */
export interface DiskPart {
  kind: 'images' | 'containers' | 'volumes' | 'buildCache';
  count: number;
  /** In use: images with a container, running containers, mounted volumes, cache that a build holds. */
  active: number;
  bytes: number;
  /** What a prune of all that is not in use would free, as docker counts it. */
  reclaimableBytes: number;
}

// From 1.52 on the answer has another shape; asked for by version, every engine gives the one that is read here.
const newestFormat = 51;

/** `/v1.51/system/df` for newer engines, the engine's own version else. */
export function diskUsePath(apiVersion: string | undefined): string {
  const minor = Number(/^1\.(\d+)$/.exec(apiVersion ?? '')?.[1] ?? Number.NaN);
  return minor > newestFormat ? `/v1.${newestFormat}/system/df` : '/system/df';
}

/**
 * What an engine keeps on disk. The engine walks its whole disk for this, so it is asked at most every five minutes,
 * and only while somebody looks; the answer's age is in `countedAt`.
 */
export function useDiskUse(engine: string, enabled: boolean) {
  const apiVersion = useEngine(engine)?.apiVersion;
  return useQuery({
    queryKey: ['disk-use', engine],
    queryFn: async ({ signal }) => {
      const options = { signal, headers: unattended };
      const response = await doorResponse(engine, 'GET', diskUsePath(apiVersion), undefined, options);
      const ageMs = Number(response.headers.get('age') ?? 0) * 1000;
      return readDiskUse(await response.json(), Date.now() - ageMs);
    },
    enabled,
    staleTime: everyMs,
    refetchInterval: everyMs,
    gcTime: 2 * everyMs,
  });
}

export function readDiskUse(answer: unknown, countedAt = Date.now()): DiskUse {
  const imageList = list(answer, 'Images');
  const containerList = list(answer, 'Containers');
  const volumeList = list(answer, 'Volumes');
  const cacheList = list(answer, 'BuildCache');
  const images = number(answer, 'LayersSize');
  const usedImages = imageList.filter((entry) => number(entry, 'Containers') > 0);
  // What only the used ones need: their size without the layers that they share with others.
  const heldByImages = sum(usedImages, (entry) => Math.max(0, number(entry, 'Size') - number(entry, 'SharedSize')));
  const isUp = (entry: unknown) => ['running', 'paused', 'restarting'].includes(String(field(entry, 'State')));
  const sizeRw = (entry: unknown) => number(entry, 'SizeRw');
  const volumeSize = (entry: unknown) => number(field(entry, 'UsageData'), 'Size');
  const isMounted = (entry: unknown) => number(field(entry, 'UsageData'), 'RefCount') > 0;
  const cacheSize = (entry: unknown) => (field(entry, 'Shared') === true ? 0 : number(entry, 'Size'));
  const isHeld = (entry: unknown) => field(entry, 'InUse') === true;
  const part = (
    kind: DiskPart['kind'],
    all: readonly unknown[],
    size: (entry: unknown) => number,
    isActive: (entry: unknown) => boolean,
  ): DiskPart => ({
    kind,
    count: all.length,
    active: all.filter(isActive).length,
    bytes: sum(all, size),
    reclaimableBytes: sum(
      all.filter((entry) => !isActive(entry)),
      size,
    ),
  });
  const parts: DiskPart[] = [
    {
      kind: 'images',
      count: imageList.length,
      active: usedImages.length,
      bytes: images,
      reclaimableBytes: Math.max(0, images - heldByImages),
    },
    part('containers', containerList, sizeRw, isUp),
    part('volumes', volumeList, volumeSize, isMounted),
    part('buildCache', cacheList, cacheSize, isHeld),
  ];
  const bytesOf = (kind: DiskPart['kind']) => parts.find((entry) => entry.kind === kind)?.bytes ?? 0;
  return {
    countedAt,
    images,
    containers: bytesOf('containers'),
    volumes: bytesOf('volumes'),
    buildCache: bytesOf('buildCache'),
    total: sum(parts, (entry) => number(entry, 'bytes')),
    parts,
  };
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
