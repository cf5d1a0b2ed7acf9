import { z } from 'zod';
import type { AuditTarget } from '#lib/audit/types.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Ask, askEngine, askEngineFor } from './ask.ts';
import type { Classified, TargetRef } from './classified.ts';
import {
  containerHostAccess,
  execHostAccess,
  joinedContainers,
  networkHostAccess,
  serviceHostAccess,
  volumeHostAccess,
} from './host-access.ts';
import type { HostAccessReason, Inspected, Reference } from './inspected.ts';

/** What the engine itself says of the objects that a request names. */
export interface Resolved {
  targets: AuditTarget[];
  /** Full ids for the path parameters of containers, networks and execs. */
  ids: Record<string, string>;
  /** What the used objects already have: using it counts like asking for it. */
  hostAccess: HostAccessReason[];
  /** Full ids, by name as sent, of the containers whose namespaces or volumes are taken. */
  containers: Map<string, string>;
}

const labels = z.record(z.string(), z.string()).nullish();
const containerSchema = z.object({
  Id: z.string(),
  Name: z.string().default(''),
  Config: z.object({ Labels: labels }).partial().nullish(),
  State: z.object({ Running: z.boolean() }).partial().nullish(),
  Mounts: z.array(z.object({ Type: z.string(), Name: z.string() }).partial()).nullish(),
});
const execSchema = z.object({ ID: z.string(), ContainerID: z.string() });
const networkSchema = z.object({ Id: z.string(), Name: z.string(), Labels: labels });
const volumeSchema = z.object({ Name: z.string(), Labels: labels });
const imageSchema = z.object({ Id: z.string(), Config: z.object({ Labels: labels }).partial().nullish() });
const specSchema = z.object({
  ID: z.string(),
  Spec: z.object({ Name: z.string(), Labels: labels }).partial().nullish(),
});

/**
 * Finds the real object of each target and each reference. Containers, networks and execs must exist: their full id goes
 * on to the engine, so that a rename in between changes nothing. Images, volumes and the swarm's objects go on by name,
 * and whether they exist is for the engine to say. Throws the engine's refusals with its words.
 */
export async function resolve(ask: Ask, classified: Classified, inspected: Inspected): Promise<Resolved> {
  const found: Resolved = { targets: [], ids: {}, hostAccess: [], containers: new Map() };
  // Who only reads is not asked twice: the name that a counted read gave is all that its count needs.
  const thorough = classified.spec.audit !== 'counted';
  for (const ref of inspected.targets) {
    if (ref.makes) found.targets.push({ kind: ref.kind, id: ref.name, name: ref.name });
    else await resolveTarget(ask, classified, ref, thorough, found);
  }
  for (const reference of inspected.references) await resolveReference(ask, reference, found);
  // One object may be named in several places; the record names it once.
  found.targets = [...new Map(found.targets.map((target) => [`${target.kind} ${target.id}`, target])).values()];
  return found;
}

async function resolveTarget(
  ask: Ask,
  classified: Classified,
  ref: TargetRef,
  thorough: boolean,
  found: Resolved,
): Promise<void> {
  switch (ref.kind) {
    case 'container':
    case 'exec': {
      const exec = ref.kind === 'exec' ? await askEngineFor(ask, `/exec/${segment(ref.name)}/json`) : undefined;
      const known = exec === undefined ? undefined : execSchema.parse(exec);
      const reply = await askEngineFor(ask, `/containers/${segment(known?.ContainerID ?? ref.name)}/json`);
      const container = containerSchema.parse(reply);
      found.targets.push(containerTarget(container));
      if (known) found.targets.push({ kind: 'exec', id: known.ID, name: known.ID });
      if (ref.from === 'path') found.ids[ref.param] = known?.ID ?? container.Id;
      if (known) found.hostAccess.push(...execHostAccess(exec));
      if (usesTarget(classified, container.State?.Running === true)) {
        found.hostAccess.push(...(await reachOfContainer(ask, reply, container)));
      }
      return;
    }
    case 'network': {
      const network = await findNetwork(ask, ref.name);
      found.targets.push({ kind: 'network', id: network.Id, name: network.Name, labels: network.Labels ?? undefined });
      if (ref.from === 'path') found.ids[ref.param] = network.Id;
      return;
    }
    default:
      found.targets.push(await resolveByName(ask, classified, ref, thorough, found));
  }
}

/** What goes on by its name. Not found: named as the client did, and the engine says the rest. */
async function resolveByName(
  ask: Ask,
  classified: Classified,
  ref: TargetRef,
  thorough: boolean,
  found: Resolved,
): Promise<AuditTarget> {
  const plain: AuditTarget = { kind: ref.kind, id: ref.name, name: ref.name };
  const uses = usesTarget(classified, false);
  if (!thorough && !uses) return plain;
  const name = ref.kind === 'image' || ref.kind === 'plugin' ? imagePath(ref.name) : segment(ref.name);
  const reply = await askEngine(ask, `/${ref.kind}s/${name}${jsonSuffix(ref.kind)}`).catch((error: unknown) => {
    // A swarm's manager may be away while the operation can still go on; a check that can't be made must not pass.
    if (uses) throw error;
    return undefined;
  });
  if (reply === undefined) return plain;
  switch (ref.kind) {
    case 'image': {
      const image = imageSchema.parse(reply);
      return { ...plain, id: image.Id, labels: image.Config?.Labels ?? undefined };
    }
    case 'volume': {
      if (uses) found.hostAccess.push(...volumeHostAccess(reply));
      const volume = volumeSchema.parse(reply);
      return { ...plain, labels: volume.Labels ?? undefined };
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

/**
 * An object that the request would use. One that is not there is the engine's to complain about, or to make; not so a
 * container to be joined, which could get its name between our look and the engine's.
 */
async function resolveReference(ask: Ask, reference: Reference, found: Resolved): Promise<void> {
  const { kind, name, use } = reference;
  switch (kind) {
    case 'container': {
      const reply = await askEngine(ask, `/containers/${segment(name)}/json`);
      if (reply === undefined && use === 'link') return;
      if (reply === undefined) throw appError('not-found', `No such container: ${name}`);
      const container = containerSchema.parse(reply);
      found.targets.push(containerTarget(container));
      if (use !== 'link') found.containers.set(name, container.Id);
      // A link only resolves a name; joining a namespace or mounting its volumes reaches what it reaches.
      if (use !== 'link') found.hostAccess.push(...within(reference, await reachOfContainer(ask, reply, container)));
      return;
    }
    case 'network': {
      const reply = await askNetwork(ask, name);
      if (reply === undefined) return;
      const network = networkSchema.parse(reply);
      found.targets.push({ kind, id: network.Id, name: network.Name, labels: network.Labels ?? undefined });
      found.hostAccess.push(...within(reference, networkHostAccess(reply)));
      return;
    }
    case 'volume': {
      const reply = await askEngine(ask, `/volumes/${segment(name)}`);
      if (reply === undefined) return;
      const volume = volumeSchema.parse(reply);
      found.targets.push({ kind, id: volume.Name, name: volume.Name, labels: volume.Labels ?? undefined });
      found.hostAccess.push(...within(reference, volumeHostAccess(reply)));
      return;
    }
    default:
      found.targets.push({ kind, id: name, name });
  }
}

/** A chain of containers that share namespaces; a longer one is refused rather than followed. */
const joinsMax = 4;

/**
 * The host access of a container, its named volumes included (a volume of the local driver with `o=bind` is a host path
 * that the container's own inspect does not show), and that of the containers whose namespaces it shares.
 */
async function reachOfContainer(
  ask: Ask,
  reply: unknown,
  container: z.infer<typeof containerSchema>,
  joins = 0,
): Promise<HostAccessReason[]> {
  const reasons = containerHostAccess(reply);
  for (const mount of container.Mounts ?? []) {
    if (mount.Type !== 'volume' || !mount.Name) continue;
    const volume = await askEngine(ask, `/volumes/${segment(mount.Name)}`);
    if (volume !== undefined) reasons.push(...volumeHostAccess(volume));
  }
  for (const name of joinedContainers(reply)) {
    if (joins === joinsMax) {
      return [
        ...reasons,
        { field: 'HostConfig', sentence: 'it shares namespaces over too many containers to follow.' },
      ];
    }
    const joined = await askEngine(ask, `/containers/${segment(name)}/json`);
    if (joined === undefined) continue;
    reasons.push(...(await reachOfContainer(ask, joined, containerSchema.parse(joined), joins + 1)));
  }
  return reasons;
}

function usesTarget(classified: Classified, running: boolean): boolean {
  const { usesTarget: uses } = classified.spec;
  return uses === 'always' || (uses === 'when-stopped' && !running);
}

function within(reference: Reference, reasons: HostAccessReason[]): HostAccessReason[] {
  return reasons.map((reason) => ({
    field: reference.field,
    sentence: `The ${reference.kind} ${reference.name} that it uses has host access: ${reason.sentence}`,
  }));
}

function containerTarget(container: z.infer<typeof containerSchema>): AuditTarget {
  const name = container.Name.replace(/^\//, '');
  return { kind: 'container', id: container.Id, name, labels: container.Config?.Labels ?? undefined };
}

async function findNetwork(ask: Ask, name: string): Promise<z.infer<typeof networkSchema>> {
  const reply = await askNetwork(ask, name);
  if (reply === undefined) throw appError('not-found', `network ${name} not found`);
  return networkSchema.parse(reply);
}

/** Network names may hold blanks, slashes and letters of any script, which no path carries safely: those by the list. */
async function askNetwork(ask: Ask, name: string): Promise<unknown> {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return askEngine(ask, `/networks/${name}`);
  const list = z.array(z.looseObject(networkSchema.shape)).parse(await askEngineFor(ask, '/networks'));
  const named = list.filter((network) => network.Name === name);
  if (named.length > 1) throw appError('conflict', `network ${name} is ambiguous: ${named.length} have that name`);
  return named[0];
}

function segment(name: string): string {
  return encodeURIComponent(name);
}

function imagePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function jsonSuffix(kind: string): string {
  return kind === 'image' || kind === 'plugin' ? '/json' : '';
}
