import { expect, it } from 'vitest';
import { diskUsePath, readDiskUse } from './use-disk-use.ts';

it('sums what the engine keeps on disk, without what it does not know (-1, null) and without shared build cache', () => {
  expect(
    readDiskUse({
      LayersSize: 1000,
      Containers: [{ SizeRw: 10 }, {}],
      Volumes: [{ UsageData: { Size: 5 } }, { UsageData: { Size: -1 } }, { UsageData: null }],
      BuildCache: [
        { Size: 7, Shared: false },
        { Size: 100, Shared: true },
      ],
    }),
  ).toMatchObject({ images: 1000, containers: 10, volumes: 5, buildCache: 7, total: 1022 });
  expect(readDiskUse({ LayersSize: 0, Containers: null, Volumes: null }).total).toBe(0);
});

it('says what a prune would free: what no container uses, without the layers that used images hold', () => {
  const { parts } = readDiskUse({
    LayersSize: 1000,
    Images: [
      { Containers: 1, Size: 600, SharedSize: 200 },
      { Containers: 0, Size: 600, SharedSize: 200 },
      { Containers: -1, Size: 10, SharedSize: -1 },
    ],
    Containers: [
      { SizeRw: 10, State: 'running' },
      { SizeRw: 30, State: 'exited' },
    ],
    Volumes: [{ UsageData: { Size: 5, RefCount: 1 } }, { UsageData: { Size: 7, RefCount: 0 } }],
    BuildCache: [
      { Size: 3, InUse: true },
      { Size: 4, InUse: false },
    ],
  });
  expect(parts).toEqual([
    { kind: 'images', count: 3, active: 1, bytes: 1000, reclaimableBytes: 600 },
    { kind: 'containers', count: 2, active: 1, bytes: 40, reclaimableBytes: 30 },
    { kind: 'volumes', count: 2, active: 1, bytes: 12, reclaimableBytes: 7 },
    { kind: 'buildCache', count: 2, active: 1, bytes: 7, reclaimableBytes: 4 },
  ]);
});

it('asks newer engines for the shape that it reads', () => {
  expect(diskUsePath('1.41')).toBe('/system/df');
  expect(diskUsePath('1.52')).toBe('/v1.51/system/df');
  expect(diskUsePath(undefined)).toBe('/system/df');
});
