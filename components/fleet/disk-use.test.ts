import { expect, it } from 'vitest';
import { readDiskUse } from './use-disk-use.ts';

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
  ).toEqual({ images: 1000, containers: 10, volumes: 5, buildCache: 7, total: 1022 });
  expect(readDiskUse({ LayersSize: 0, Containers: null, Volumes: null }).total).toBe(0);
});
