import { z } from 'zod';
import { type Ask, askEngineFor } from '../ask.ts';
import { askNetwork, type FoundContainer } from '../told.ts';
import type { Asked, ScopeJudge } from './judge.ts';
import { isAnonymousVolume, listedContainerObject, networkObject, volumeObject } from './objects.ts';

/** An inspected volume; an anonymous one goes by the containers that mount it, all of which must be in scope. */
export async function judgeVolume(ask: Ask, scope: ScopeJudge, reply: unknown, asked: Asked): Promise<void> {
  const told = volumeObject(reply);
  const mounting = isAnonymousVolume(told) ? await containersMounting(ask, told.names[0] ?? '') : [];
  for (const { names, labels } of mounting) scope.judge({ ...told, names, labels }, asked);
  if (mounting.length === 0) scope.judge(told, asked);
}

async function containersMounting(ask: Ask, volume: string) {
  const filters = encodeURIComponent(JSON.stringify({ volume: [volume] }));
  const rows = z.array(z.unknown()).parse(await askEngineFor(ask, `/containers/json?all=1&filters=${filters}`));
  return rows.map(listedContainerObject);
}

/** Who can't be joined by name: what the container has as its own, and the networks that are everybody's or nobody's. */
const ownModes = ['', 'default', 'bridge', 'none', 'host'];

/**
 * A container joins its networks by name when it starts. One that has taken a name since the container was made (or
 * last ran) was never judged: a network `shop` could be removed, its name taken by another team, and be joined then.
 */
export async function judgeNetworksOf(ask: Ask, scope: ScopeJudge, { NetworkSettings }: FoundContainer): Promise<void> {
  for (const [name, endpoint] of Object.entries(NetworkSettings?.Networks ?? {})) {
    if (ownModes.includes(name)) continue;
    const reply = await askNetwork(ask, name);
    if (reply === undefined || z.object({ Id: z.string() }).parse(reply).Id === endpoint?.NetworkID) continue;
    scope.judge(networkObject(reply), { kind: 'network', name, uses: true });
  }
}
