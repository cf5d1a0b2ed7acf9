import { afterEach, describe, expect, it } from 'vitest';
import { setEngines, setSnapshots, useInventory } from '#components/live/inventory-store.ts';
import type { EngineStatus, VolumeRow } from '#lib/shared/inventory.ts';
import { pruneVolumes } from './volume-tasks.tsx';

function volume(name: string, more: Partial<VolumeRow>): VolumeRow {
  return {
    kind: 'volume',
    engine: 'a',
    id: name,
    name,
    driver: 'local',
    scope: 'local',
    mountpoint: '',
    createdAt: 0,
    labels: {},
    options: {},
    containers: 0,
    anonymous: false,
    ...more,
  };
}

function fill(apiVersion: string) {
  const engine: EngineStatus = {
    id: 'e',
    name: 'a',
    aliases: [],
    tags: [],
    url: '',
    transport: 'unix',
    state: 'live',
    apiVersion,
  };
  setEngines([engine]);
  const rows = [volume('named', {}), volume('f'.repeat(64), { anonymous: true }), volume('used', { containers: 1 })];
  setSnapshots([{ engine: 'a', version: 1, asOf: 1, rows }]);
}

const asked = (all: boolean) =>
  pruneVolumes.job({ engines: ['a'], all }).steps.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);

afterEach(() => useInventory.setState(useInventory.getInitialState(), true));

describe('pruning volumes', () => {
  it('asks an engine that tells anonymous ones apart to do it', () => {
    fill('1.51');
    expect(asked(false)).toEqual(['POST /volumes/prune']);
    expect(asked(true)).toEqual(['POST /volumes/prune?filters={"all":["true"]}']);
  });

  it('removes one by one what was shown on an engine whose own prune would take named ones unasked', () => {
    fill('1.41');
    expect(asked(false)).toEqual([`DELETE /volumes/${'f'.repeat(64)}`]);
    expect(asked(true)).toEqual(['DELETE /volumes/named', `DELETE /volumes/${'f'.repeat(64)}`]);
  });
});
