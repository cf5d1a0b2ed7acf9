import { appError } from '#lib/shared/errors.ts';
import { askEngine, askEngineFor } from './ask.ts';
import { networkHostAccess, volumeHostAccess } from './host-access.ts';
import type { HostAccessReason, Reference } from './inspected.ts';
import type { Resolving } from './resolve.ts';
import { judgeVolume } from './scope/judge-more.ts';
import { imageAskedFor, inspectedContainerObject, networkObject } from './scope/objects.ts';
import {
  askNetwork,
  containerSchema,
  containerTarget,
  imagePath,
  imageSchema,
  networkSchema,
  reachOfContainer,
  segment,
  volumeSchema,
} from './told.ts';

/**
 * An object that the request would use. One that is not there is the engine's to complain about, or to make; not so a
 * container to be joined, which could get its name between our look and the engine's, nor anything with a scope to keep.
 */
export async function resolveReference(step: Resolving, reference: Reference): Promise<void> {
  switch (reference.kind) {
    case 'container':
      return resolveContainer(step, reference);
    case 'network':
      return resolveNetwork(step, reference);
    case 'volume':
      return resolveVolume(step, reference);
    case 'image':
      return resolveImage(step, reference);
  }
}

async function resolveContainer({ ask, scope, found }: Resolving, reference: Reference): Promise<void> {
  const { kind, name, use } = reference;
  const path = `/containers/${segment(name)}/json`;
  const reply = scope ? await scope.lookUp({ kind, name }, () => askEngineFor(ask, path)) : await askEngine(ask, path);
  if (reply === undefined && use === 'link') return;
  if (reply === undefined) throw appError('not-found', `No such container: ${name}`);
  const container = containerSchema.parse(reply);
  const target = containerTarget(container);
  scope?.judge(inspectedContainerObject(reply), { kind, name, uses: true, target });
  found.targets.push(target);
  // A link only resolves a name; joining a namespace or mounting its volumes reaches what it reaches.
  if (use !== 'namespace' && use !== 'volumes-from') return;
  found.containers.set(name, container.Id);
  found.hostAccess.push(...within(reference, await reachOfContainer(ask, reply, container)));
}

async function resolveNetwork({ ask, scope, found }: Resolving, reference: Reference): Promise<void> {
  const { kind, name } = reference;
  const look = () => askNetwork(ask, name);
  // Engines make a container for a network that is not there, and join whatever has that name when it starts.
  const reply = scope ? await scope.lookUp({ kind, name }, look) : await look();
  if (reply === undefined) return;
  const network = networkSchema.parse(reply);
  const target = { kind, id: network.Id, name: network.Name, labels: network.Labels ?? undefined };
  scope?.judge(networkObject(reply), { kind, name, uses: true, target });
  found.targets.push(target);
  found.hostAccess.push(...within(reference, networkHostAccess(reply)));
}

async function resolveVolume({ ask, scope, found }: Resolving, reference: Reference): Promise<void> {
  const { kind, name } = reference;
  const reply = await askEngine(ask, `/volumes/${segment(name)}`);
  if (reply === undefined) {
    found.missingVolumes.push(reference);
    return;
  }
  const volume = volumeSchema.parse(reply);
  const target = { kind, id: volume.Name, name: volume.Name, labels: volume.Labels ?? undefined };
  if (scope) await judgeVolume(ask, scope, reply, { kind, name, uses: true, target });
  found.targets.push(target);
  found.hostAccess.push(...within(reference, volumeHostAccess(reply)));
}

async function resolveImage({ ask, scope, found }: Resolving, { kind, name }: Reference): Promise<void> {
  const target = { kind, id: name, name };
  if (scope) {
    const reply = await scope.lookUp({ kind, name }, () => askEngineFor(ask, `/images/${imagePath(name)}/json`));
    scope.judge(imageAskedFor(reply, name), { kind, name, uses: true, target });
    found.imageLabels = { ...found.imageLabels, ...imageSchema.parse(reply).Config?.Labels };
  }
  found.targets.push(target);
}

function within(reference: Reference, reasons: HostAccessReason[]): HostAccessReason[] {
  return reasons.map((reason) => ({
    ...reason,
    field: reference.field,
    sentence: `The ${reference.kind} ${reference.name} that it uses has host access: ${reason.sentence}`,
  }));
}
