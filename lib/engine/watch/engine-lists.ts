import type Docker from 'dockerode';
import { z } from 'zod';

/** What the watch asks an engine for; each answer is an array of raw rows. */
export interface EngineLists {
  /** All containers, or those of `ids` that still exist. */
  containers(ids?: readonly string[]): Promise<unknown[]>;
  images(): Promise<unknown[]>;
  networks(): Promise<unknown[]>;
  volumes(): Promise<unknown[]>;
  info(): Promise<unknown>;
}

const rows = z
  .array(z.unknown())
  .nullish()
  .transform((list) => list ?? []);
const volumesAnswer = z.object({ Volumes: rows });

/** The lists of one engine through dockerode. */
export function createEngineLists(docker: Docker): EngineLists {
  return {
    containers: async (ids) =>
      rows.parse(await docker.listContainers({ all: true, ...(ids ? { filters: { id: [...ids] } } : undefined) })),
    images: async () => rows.parse(await docker.listImages()),
    networks: async () => rows.parse(await docker.listNetworks()),
    volumes: async () => volumesAnswer.parse(await docker.listVolumes()).Volumes,
    info: async () => docker.info(),
  };
}
