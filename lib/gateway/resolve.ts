import type { AuditTarget } from '#lib/audit/types.ts';
import { repositoryOf } from '#lib/authz/resource-scope.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Ask, askEngine, askEngineFor } from './ask.ts';
import type { Classified, TargetRef } from './classified.ts';
import { execHostAccess, serviceHostAccess, volumeHostAccess } from './host-access.ts';
import type { HostAccessReason, Inspected, Reference } from './inspected.ts';
import { resolveReference } from './resolve-reference.ts';
import type { ScopeJudge } from './scope/judge.ts';
import { judgeNetworksOf, judgeVolume } from './scope/judge-more.ts';
import { listReferences } from './scope/list-references.ts';
import { imageAskedFor, inspectedContainerObject, networkObject, withTag } from './scope/objects.ts';
import {
  askNetwork,
  containerSchema,
  containerTarget,
  execSchema,
  imagePath,
  imageSchema,
  jsonSuffix,
  networkSchema,
  reachOfContainer,
  segment,
  specSchema,
  volumeSchema,
} from './told.ts';

/** What the engine itself says of the objects that a request names. */
export interface Resolved {
  targets: AuditTarget[];
  /** Full ids for the path parameters of containers, networks and execs. */
  ids: Record<string, string>;
  /** What the used objects already have: using it counts like asking for it. */
  hostAccess: HostAccessReason[];
  /** Full ids, by name as sent, of the containers that the body names: to be joined, mounted from, connected. */
  containers: Map<string, string>;
  /** References to volumes that are not there, which the engine would make. */
  missingVolumes: Reference[];
  /** Of the image that a container is made from: it has them, too, unless the request says otherwise. */
  imageLabels: Readonly<Record<string, string>>;
}

/** What the steps of resolve share. */
export interface Resolving {
  ask: Ask;
  classified: Classified;
  /** Judges what is found at once; absent: the grants look at no object. */
  scope: ScopeJudge | undefined;
  found: Resolved;
}

/**
 * Finds the real object of each target and each reference. Containers, networks and execs must exist: their full id goes
 * on to the engine, so that a rename in between changes nothing. Images, volumes and the swarm's objects go on by name,
 * and whether they exist is for the engine to say; not so with `scope`. Throws the engine's refusals with its words.
 */
export async function resolve(
  ask: Ask,
  classified: Classified,
  inspected: Inspected,
  scope?: ScopeJudge,
): Promise<Resolved> {
  const found: Resolved = {
    targets: [],
    ids: {},
    hostAccess: [],
    containers: new Map(),
    missingVolumes: [],
    imageLabels: {},
  };
  const step: Resolving = { ask, classified, scope, found };
  for (const ref of inspected.targets) {
    if (ref.makes) found.targets.push({ kind: ref.kind, id: ref.name, name: ref.name });
    else await resolveTarget(step, ref);
  }
  for (const reference of inspected.references) await resolveReference(step, reference);
  if (scope) for (const reference of listReferences(classified)) await resolveReference(step, reference);
  // One object may be named in several places; the record names it once.
  found.targets = [...new Map(found.targets.map((target) => [`${target.kind} ${target.id}`, target])).values()];
  return found;
}

async function resolveTarget(step: Resolving, ref: TargetRef): Promise<void> {
  if (ref.kind === 'container' || ref.kind === 'exec') return resolveContainer(step, ref);
  if (ref.kind === 'network') return resolveNetwork(step, ref);
  step.found.targets.push(await resolveByName(step, ref));
}

async function resolveContainer(step: Resolving, ref: TargetRef): Promise<void> {
  const { ask, classified, scope, found } = step;
  const asked = { kind: ref.kind, name: ref.name };
  const look = (path: string) => (scope ? scope.lookUp(asked, () => askEngineFor(ask, path)) : askEngineFor(ask, path));
  const exec = ref.kind === 'exec' ? await look(`/exec/${segment(ref.name)}/json`) : undefined;
  const known = exec === undefined ? undefined : execSchema.parse(exec);
  const reply = await look(`/containers/${segment(known?.ContainerID ?? ref.name)}/json`);
  const container = containerSchema.parse(reply);
  const target = containerTarget(container);
  scope?.judge(inspectedContainerObject(reply), { ...asked, target });
  found.targets.push(target);
  if (known) found.targets.push({ kind: 'exec', id: known.ID, name: known.ID });
  if (ref.from === 'path') found.ids[ref.param] = known?.ID ?? container.Id;
  else found.containers.set(ref.name, container.Id);
  if (known) found.hostAccess.push(...execHostAccess(exec));
  if (usesTarget(classified, container.State?.Running === true)) {
    found.hostAccess.push(...(await reachOfContainer(ask, reply, container)));
  }
  if (scope && (classified.operation === 'container.start' || classified.operation === 'container.restart')) {
    await judgeNetworksOf(ask, scope, container);
  }
}

async function resolveNetwork({ ask, scope, found }: Resolving, ref: TargetRef): Promise<void> {
  const asked = { kind: 'network', name: ref.name };
  const look = () => askNetwork(ask, ref.name);
  const reply = scope ? await scope.lookUp(asked, look) : await look();
  if (reply === undefined) throw appError('not-found', `network ${ref.name} not found`);
  const { Id, Name, Labels } = networkSchema.parse(reply);
  const target: AuditTarget = { kind: 'network', id: Id, name: Name, labels: Labels ?? undefined };
  scope?.judge(networkObject(reply), { ...asked, target });
  found.targets.push(target);
  if (ref.from === 'path') found.ids[ref.param] = Id;
}

/** What goes on by its name. Not found: named as the client did, and the engine says the rest. */
async function resolveByName(step: Resolving, ref: TargetRef): Promise<AuditTarget> {
  const { ask, classified, found } = step;
  const scope = ref.kind === 'image' || ref.kind === 'volume' ? step.scope : undefined;
  const plain: AuditTarget = { kind: ref.kind, id: ref.name, name: ref.name };
  const uses = usesTarget(classified, false);
  // Who only reads is not asked twice: the name that a counted read gave is all that its count needs.
  if (!scope && classified.spec.audit === 'counted' && !uses) return plain;
  const name = ref.kind === 'image' || ref.kind === 'plugin' ? imagePath(ref.name) : segment(ref.name);
  const look = () => askEngine(ask, `/${ref.kind}s/${name}${jsonSuffix(ref.kind)}`);
  // A push goes by the name alone; without a tag it is every tag of the repository, and `latest` may not be there.
  const reply =
    scope && classified.operation !== 'image.push'
      ? await scope.lookUp(ref, look)
      : await look().catch((error: unknown) => {
          // A swarm's manager may be away while the operation can still go on; a check that can't be made must not pass.
          if (uses) throw error;
          return undefined;
        });
  if (scope && classified.operation === 'image.push') {
    scope.judge({ kind: 'image', names: [ref.name], isShared: false }, ref);
  }
  if (reply === undefined) return plain;
  switch (ref.kind) {
    case 'image': {
      const image = imageSchema.parse(reply);
      const target = { ...plain, id: image.Id, labels: image.Config?.Labels ?? undefined };
      if (classified.operation !== 'image.push') judgeImage(step, ref, reply, target);
      return target;
    }
    case 'volume': {
      const volume = volumeSchema.parse(reply);
      const target = { ...plain, labels: volume.Labels ?? undefined };
      if (scope) await judgeVolume(ask, scope, reply, { ...ref, target });
      if (uses) found.hostAccess.push(...volumeHostAccess(reply));
      return target;
    }
    case 'service':
    case 'node':
    case 'secret':
    case 'config': {
      if (uses && ref.kind === 'service') found.hostAccess.push(...serviceHostAccess(reply));
      const { ID, Spec } = specSchema.parse(reply);
      return { kind: ref.kind, id: ID, name: Spec?.Name || ref.name, labels: Spec?.Labels ?? undefined };
    }
    default:
      return plain;
  }
}

/** Removing an image by its id takes every name that it has, so every name must be in scope. */
function judgeImage({ classified, scope }: Resolving, ref: TargetRef, reply: unknown, target: AuditTarget): void {
  const { operation } = classified;
  const everyName = operation === 'image.remove';
  const saves = operation === 'image.save' || operation === 'image.save-many';
  scope?.judge({ ...imageAskedFor(reply, ref.name), ...(everyName ? { everyName } : {}) }, { ...ref, target });
  // A save by a bare repository is one of all its tags, not of `latest`.
  const isBare = imageAskedFor(reply, ref.name).names.every((name) => name === withTag(ref.name));
  if (saves && isBare && repositoryOf(ref.name) === ref.name) {
    scope?.judge({ kind: 'image', names: [ref.name], isShared: false }, { ...ref, target });
  }
}

function usesTarget(classified: Classified, running: boolean): boolean {
  const { usesTarget: uses } = classified.spec;
  return uses === 'always' || (uses === 'when-stopped' && !running);
}
