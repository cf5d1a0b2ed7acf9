import type { ScopeObject } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { Classified } from '../classified.ts';
import type { Inspected } from '../inspected.ts';
import { withTag } from './objects.ts';

/** Names that images get, or are asked for at a registry, each with the sentence for when it is out of scope. */
export function madeImages(
  { operation }: Classified,
  { targets }: Inspected,
  scoped: boolean,
): { object: ScopeObject; refusal: string }[] {
  const names = targets.filter(({ kind, makes }) => kind === 'image' && makes).map(({ name }) => name);
  const named = names.map((name) => ({
    // Without a tag a pull is one of every tag; everything else means `latest`.
    object: { kind: 'image', names: [operation === 'image.pull' ? name : withTag(name)] },
    refusal: `The image name ${name} is out of your scope`,
  }));
  if (scoped && names.length === 0 && (operation === 'image.build' || operation === 'image.commit')) {
    throw appError('forbidden', 'An image without a name is out of every scope: name it.');
  }
  if (operation !== 'image.build') return named;
  // FROM and COPY --from read any image of the engine, and the door does not read the Dockerfile inside the context.
  const refusal = 'A build can read every image of its engine (FROM), so it needs the image pattern * in your scope';
  return [...named, { object: { kind: 'image', names: ['*'] }, refusal }];
}
