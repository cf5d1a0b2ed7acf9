import { describe, expect, it } from 'vitest';
import { systemOperations } from './system.ts';

describe('systemOperations', () => {
  it('are these reads and no others', () => {
    expect([...systemOperations].sort()).toEqual([
      'container.list',
      'image.list',
      'network.list',
      'system.events',
      'system.info',
      'system.ping',
      'system.version',
      'volume.list',
    ]);
  });
});
