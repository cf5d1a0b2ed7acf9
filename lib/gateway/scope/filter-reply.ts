import { z } from 'zod';
import type { ScopeObject } from '#lib/shared/access.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import { fieldPicker, rewriteJson, type Visit } from '../rewrite-json.ts';
import { filterDiskUse } from './filter-df.ts';
import { imageNames, maskElement, parse, type View, verdictOf, volumeVerdict } from './filter-rows.ts';
import { listContainers, listImages, toObject } from './lookups.ts';
import { imageObject, isAnonymousVolume, listedContainerObject, networkObject, volumeObject } from './objects.ts';

type Filter = (body: Buffer, view: View) => Promise<Buffer>;

const filters: Partial<Record<EngineOperation, Filter>> = {
  'container.list': async (body, view) =>
    rewriteJson(body, (path, bytes) =>
      path.length === 0 ? 'into' : verdictOf(view, 'container.list', path, bytes, containerOf(bytes)),
    ),
  'image.list': async (body, view) => rewriteJson(body, imageRows(view)),
  'image.inspect': async (body, view) => rewriteJson(body, imageNames(view, 0, ['RepoTags', 'RepoDigests'])),
  'image.history': async (body, view) => rewriteJson(body, imageNames(view, 1, ['Tags'])),
  'network.list': async (body, view) => filterNetworks(body, view, true),
  'network.inspect': async (body, view) => filterNetworks(body, view, false),
  'volume.list': filterVolumes,
  'system.info': filterInfo,
  'system.df': filterDiskUse,
};

/** Whether the operation's reply tells of objects beside those that the request names. */
export function isFiltered(operation: EngineOperation): boolean {
  return operation === 'system.events' || Object.hasOwn(filters, operation);
}

/** Lists mask each row by the grants on it; in other replies the decision on the object says whether all is masked. */
export function masksRows(operation: EngineOperation): boolean {
  return ['container.list', 'image.list', 'network.list', 'volume.list', 'system.df'].includes(operation);
}

/** A whole JSON reply without what is out of scope, in the engine's own bytes. Not for events, see filterEvents. */
export async function filterReply(operation: EngineOperation, body: Buffer, view: View): Promise<Buffer> {
  return (await filters[operation]?.(body, view)) ?? body;
}

const pickContainer = fieldPicker(['Id', 'Names', 'Labels']);

function containerOf(bytes: Buffer): ScopeObject {
  // Asked for every row of a list: `isShared` stays on it, which nobody looks at, rather than copying each.
  const object: ScopeObject & { isShared: boolean } = listedContainerObject(pickContainer(bytes));
  if (object.isShared) object.shared = true;
  return object;
}

function imageRows(view: View): Visit {
  const names = imageNames(view, 0, ['RepoTags', 'RepoDigests']);
  return (path, bytes) => {
    if (path.length === 0) return 'into';
    const look = view.look(toObject(imageObject(parse(bytes))));
    if (look === 'hidden') return 'drop';
    const named = rewriteJson(bytes, names);
    return look === 'plain' ? named : maskElement('image.list', path, named);
  };
}

async function filterNetworks(body: Buffer, view: View, isList: boolean): Promise<Buffer> {
  const depth = isList ? 1 : 0;
  // An inspected network names all that are connected, and so do lists of old API versions.
  const containers = body.includes('"EndpointID"') ? await listContainers(view.ask) : undefined;
  const connected: Visit = (path) => {
    if (path.length === 0) return 'into';
    if (path.length === 1)
      return path[0] === 'Containers' ? 'into' : path[0] === 'Services' ? Buffer.from('null') : 'keep';
    const object = containers?.byId.get(String(path[1]));
    return object && view.look(object) !== 'hidden' ? 'keep' : 'drop';
  };
  return rewriteJson(body, (path, bytes) => {
    if (path.length < depth) return 'into';
    const look = isList ? view.look(toObject(networkObject(parse(bytes)))) : 'plain';
    if (look === 'hidden') return 'drop';
    const without = containers || bytes.includes('"Services"') ? rewriteJson(bytes, connected) : bytes;
    return look === 'plain' ? without : maskElement('network.list', path, without);
  });
}

async function filterVolumes(body: Buffer, view: View): Promise<Buffer> {
  const listed = z.object({ Volumes: z.array(z.unknown()).nullish() }).parse(parse(body)).Volumes ?? [];
  const containers = listed.some((row) => isAnonymousVolume(volumeObject(row)))
    ? await listContainers(view.ask)
    : undefined;
  return rewriteJson(body, (path, bytes) => {
    if (path.length === 0) return 'into';
    if (path.length === 1) return path[0] === 'Volumes' ? 'into' : 'keep';
    return volumeVerdict(view, 'volume.list', path, bytes, containers);
  });
}

/** The counts of what is in sight in place of the engine's. */
async function filterInfo(body: Buffer, view: View): Promise<Buffer> {
  const [containers, images] = await Promise.all([listContainers(view.ask), listImages(view.ask)]);
  const seen = containers.all.filter(({ object }) => view.look(object) !== 'hidden');
  const inState = (...states: string[]) => seen.filter(({ state }) => states.includes(state)).length;
  const counts: Readonly<Record<string, number>> = {
    Containers: seen.length,
    ContainersRunning: inState('running', 'restarting'),
    ContainersPaused: inState('paused'),
    ContainersStopped: inState('created', 'exited', 'dead', 'removing'),
    Images: images.filter((image) => view.look(image) !== 'hidden').length,
  };
  return rewriteJson(body, (path) => {
    if (path.length === 0) return 'into';
    const count = counts[String(path[0])];
    return count === undefined ? 'keep' : Buffer.from(String(count));
  });
}
