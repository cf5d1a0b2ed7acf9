import { z } from 'zod';
import type { AuditTarget } from '#lib/audit/types.ts';
import { appError } from '#lib/shared/errors.ts';
import { type Ask, askEngine, askEngineFor } from './ask.ts';
import { containerHostAccess, joinedContainers, volumeHostAccess } from './host-access.ts';
import type { HostAccessReason } from './inspected.ts';

// Looking objects up, and what resolve needs of the engine's replies.

const labels = z.record(z.string(), z.string()).nullish();
export const containerSchema = z.object({
  Id: z.string(),
  Name: z.string().default(''),
  Config: z.object({ Labels: labels }).partial().nullish(),
  State: z.object({ Running: z.boolean() }).partial().nullish(),
  Mounts: z.array(z.object({ Type: z.string(), Name: z.string() }).partial()).nullish(),
  NetworkSettings: z
    .object({ Networks: z.record(z.string(), z.object({ NetworkID: z.string() }).partial().nullable()).nullish() })
    .nullish(),
});
export type FoundContainer = z.infer<typeof containerSchema>;
export const execSchema = z.object({ ID: z.string(), ContainerID: z.string() });
export const networkSchema = z.object({ Id: z.string(), Name: z.string(), Labels: labels });
export const volumeSchema = z.object({ Name: z.string(), Labels: labels });
export const imageSchema = z.object({ Id: z.string(), Config: z.object({ Labels: labels }).partial().nullish() });
export const specSchema = z.object({
  ID: z.string(),
  Spec: z.object({ Name: z.string(), Labels: labels }).partial().nullish(),
});

/** A chain of containers that share namespaces; a longer one is refused rather than followed. */
const joinsMax = 4;

/**
 * The host access of a container, its named volumes included (a volume of the local driver with `o=bind` is a host path
 * that the container's own inspect does not show), and that of the containers whose namespaces it shares.
 */
export async function reachOfContainer(
  ask: Ask,
  reply: unknown,
  container: FoundContainer,
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
        {
          field: 'HostConfig',
          sentence: 'it shares namespaces over too many containers to follow.',
          kind: 'unknown',
          value: '',
        },
      ];
    }
    const joined = await askEngine(ask, `/containers/${segment(name)}/json`);
    if (joined === undefined) continue;
    reasons.push(...(await reachOfContainer(ask, joined, containerSchema.parse(joined), joins + 1)));
  }
  return reasons;
}

/** The container as it stands in the record. */
export function containerTarget(container: FoundContainer): AuditTarget {
  const name = container.Name.replace(/^\//, '');
  return { kind: 'container', id: container.Id, name, labels: container.Config?.Labels ?? undefined };
}

/** Network names may hold blanks, slashes and letters of any script, which no path carries safely: those by the list. */
export async function askNetwork(ask: Ask, name: string): Promise<unknown> {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)) return askEngine(ask, `/networks/${name}`);
  const list = z.array(z.looseObject(networkSchema.shape)).parse(await askEngineFor(ask, '/networks'));
  const named = list.filter((network) => network.Name === name);
  if (named.length > 1) throw appError('conflict', `network ${name} is ambiguous: ${named.length} have that name`);
  return named[0];
}

/** One segment of a path. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

/** Names of images and plugins keep their slashes. */
export function imagePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

/** Behind the names of images and plugins. */
export function jsonSuffix(kind: string): string {
  return kind === 'image' || kind === 'plugin' ? '/json' : '';
}
