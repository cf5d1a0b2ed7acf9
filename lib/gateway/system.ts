import type { EngineOperation } from '#lib/shared/operations.ts';

/**
 * What the console may ask an engine in its own name (watch, health, bookkeeping of jobs): reads that show no secret
 * of anybody. The only exception to "a principal with grants"; a test holds this list against a literal one.
 */
export const systemOperations: readonly EngineOperation[] = [
  'system.ping',
  'system.ping-head',
  'system.version',
  'system.info',
  'system.events',
  'system.df',
  'container.list',
  'image.list',
  'network.list',
  'volume.list',
];
