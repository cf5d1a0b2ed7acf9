import { afterEach, describe, expect, it } from 'vitest';
import { pruneContainers } from '#components/containers/prune-containers.tsx';
import { pruneImages } from '#components/images/image-tasks.tsx';
import { setCapabilities } from '#components/live/capabilities-store.ts';
import { setSnapshots, useInventory } from '#components/live/inventory-store.ts';
import { pruneNetworks } from '#components/networks/network-tasks.tsx';
import { pruneVolumes } from '#components/volumes/volume-tasks.tsx';
import { readContainer, readImage, readNetwork, readVolume } from '#lib/engine/watch/read-rows.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { Task } from './descriptor.ts';

const shared = { 'io.pilothouse.shared': 'true' };
const rows = [
  readContainer('a', { Id: 'c1', Names: ['/done'], State: 'exited' }),
  readContainer('a', { Id: 'c2', Names: ['/up'], State: 'running', Mounts: [] }),
  readContainer('a', { Id: 'c3', Names: ['/theirs'], State: 'exited', Labels: shared }),
  readImage('a', { Id: 'sha256:1', RepoTags: ['shop/web:1', 'shop/web:2'] }),
  readNetwork('a', { Id: 'n1', Name: 'shop_old' }),
  readNetwork('a', { Id: 'n2', Name: 'bridge' }),
  readNetwork('a', { Id: 'n3', Name: 'common', Labels: shared }),
  readVolume('a', { Name: 'shop_old', Driver: 'local', Scope: 'local' }),
  readVolume('a', { Name: 'common', Driver: 'local', Scope: 'local', Labels: shared }),
];

function sign(operations: EngineOperation[], scoped: boolean) {
  setSnapshots([{ engine: 'a', version: 1, asOf: 1, rows }]);
  const capability = { operations, hostAccess: false, seeSecrets: false, ...(scoped ? { scoped: true } : {}) };
  setCapabilities({ engines: { a: capability }, console: [] });
}
const stepsOf = (task: Task) =>
  task.job({ engines: ['a'], all: true }).steps.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
const commandsOf = (task: Task) => task.commands({ engines: ['a'], all: true });

afterEach(() => {
  useInventory.setState(useInventory.getInitialState(), true);
  setCapabilities({ engines: {}, console: [] });
});

describe('pruning by somebody who sees only a part of the engine', () => {
  it('never asks the engine for it, and removes what was shown but not what others share', () => {
    sign(['container.remove', 'image.remove', 'network.remove', 'volume.remove'], true);
    expect(stepsOf(pruneContainers)).toEqual(['DELETE /containers/c1']);
    expect(stepsOf(pruneNetworks)).toEqual(['DELETE /networks/n1']);
    expect(stepsOf(pruneVolumes)).toEqual(['DELETE /volumes/shop_old']);
    // By names: by its id, another team's name on the same image would go as well.
    expect(stepsOf(pruneImages)).toEqual(['DELETE /images/shop/web:1', 'DELETE /images/shop/web:2']);
    expect(commandsOf(pruneContainers)).toEqual(['docker container rm done']);
    expect(commandsOf(pruneImages)).toEqual(['docker image rm shop/web:1', 'docker image rm shop/web:2']);
  });

  it('is the engine’s own for whoever sees all of it', () => {
    sign(['container.prune', 'container.remove'], false);
    for (const task of [pruneContainers, pruneNetworks, pruneImages]) {
      expect(stepsOf(task)).toEqual([expect.stringMatching(/^POST .*\/prune/)]);
    }
  });
});
