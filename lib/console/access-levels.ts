import type { AccessLevel, levelsOfKind } from '#lib/shared/explained.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';

/** The operation that stands for each level, by kind. Whoever may do it may, by the built-in roles, do its like. */
export const levelOperations: Readonly<
  Record<keyof typeof levelsOfKind, Readonly<Partial<Record<AccessLevel, EngineOperation>>>>
> = {
  engine: { see: 'container.list', operate: 'container.restart', change: 'container.create', enter: 'exec.create' },
  container: {
    see: 'container.inspect',
    operate: 'container.restart',
    change: 'container.remove',
    enter: 'exec.create',
  },
  image: { see: 'image.inspect', operate: 'image.pull', change: 'image.remove' },
  network: { see: 'network.inspect', operate: 'network.connect', change: 'network.remove' },
  volume: { see: 'volume.inspect', change: 'volume.remove' },
};
