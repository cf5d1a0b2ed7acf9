import { z } from 'zod';
import type { ScopeObject } from '#lib/shared/access.ts';
import { type Ask, askEngineFor } from '../ask.ts';
import { imageObject, listedContainerObject, type Told } from './objects.ts';

/** What a filter must know beside the reply: the containers of the engine, by id and by the volumes that they mount. */
export interface Containers {
  all: { object: ScopeObject; state: string }[];
  byId: Map<string, ScopeObject>;
  byVolume: Map<string, ScopeObject[]>;
}

const rowSchema = z.object({
  State: z.string().default(''),
  Mounts: z.array(z.object({ Type: z.string(), Name: z.string() }).partial()).nullish(),
});

/** One list of all containers. */
export async function listContainers(ask: Ask): Promise<Containers> {
  const rows = z.array(z.unknown()).parse(await askEngineFor(ask, '/containers/json?all=1'));
  const found: Containers = { all: [], byId: new Map(), byVolume: new Map() };
  for (const row of rows) {
    const { id, ...told } = listedContainerObject(row);
    const object = toObject(told);
    const { State, Mounts } = rowSchema.parse(row);
    found.all.push({ object, state: State });
    found.byId.set(id, object);
    for (const { Type, Name } of Mounts ?? []) {
      if (Type !== 'volume' || !Name) continue;
      found.byVolume.set(Name, [...(found.byVolume.get(Name) ?? []), object]);
    }
  }
  return found;
}

/** One list of all images that have a name or are listed. */
export async function listImages(ask: Ask): Promise<ScopeObject[]> {
  return z
    .array(z.unknown())
    .parse(await askEngineFor(ask, '/images/json'))
    .map((row) => toObject(imageObject(row)));
}

/** For looking: what is shared is seen. */
export function toObject({ isShared, ...object }: Told): ScopeObject {
  return isShared ? { ...object, shared: true } : object;
}
