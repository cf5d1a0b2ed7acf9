import { z } from 'zod';
import { repositoryOf, shortImage } from '#lib/authz/resource-scope.ts';
import type { ScopeObject } from '#lib/shared/access.ts';
import { sharedLabel } from '#lib/shared/access.ts';
import { asPlain, asText, asTexts } from '../inspect/findings.ts';

// What an engine tells of its objects, as the grants look at it. Replies of inspects and rows of lists alike.

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
const names = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);

const inspectedContainer = z.object({
  Name: z.string(),
  Config: z.object({ Labels: labels }).nullish(),
});
const network = z.object({ Name: z.string(), Labels: labels });
const volume = z.object({ Name: z.string(), Labels: labels });
const image = z.object({ RepoTags: names, RepoDigests: names });

/** A found object, with whether it is shared; that counts only where it is read or used, see ScopeObject.shared. */
export type Told = ScopeObject & { isShared: boolean };

/** `GET /containers/{id}/json` */
export function inspectedContainerObject(reply: unknown): Told {
  const { Name, Config } = inspectedContainer.parse(reply);
  return labelled('container', Name.replace(/^\//, ''), Config?.Labels ?? {});
}

/** A row of `GET /containers/json`; Id, Names and Labels of it suffice. */
export function listedContainerObject(row: unknown): Told & { id: string } {
  // Read by hand: of everything that is done for a row of a long list, a schema would be the most.
  const { Id, Names, Labels } = asPlain(row);
  // A link gives its target a second name, `/linking/alias`, which the owner of the linking container chose.
  const own = asTexts(Names).find((name) => name.lastIndexOf('/') <= 0) ?? '';
  const object = labelled('container', own.startsWith('/') ? own.slice(1) : own, asLabels(Labels));
  return Object.assign(object, { id: asText(Id) });
}

/** An inspected or a listed network. Docker's own `bridge` and `none` are everybody's. */
export function networkObject(reply: unknown): Told {
  const { Name, Labels } = network.parse(reply);
  const object = labelled('network', Name, Labels);
  return Name === 'bridge' || Name === 'none' ? { ...object, isShared: true } : object;
}

/** An inspected or a listed volume; an anonymous one is its containers', see isAnonymousVolume. */
export function volumeObject(reply: unknown): Told {
  const { Name, Labels } = volume.parse(reply);
  return labelled('volume', Name, Labels);
}

const anonymousLabel = 'com.docker.volume.anonymous';

/** Nobody named it and nobody labelled it: it belongs to the containers that mount it. Engines before 23 set no label. */
export function isAnonymousVolume({ kind, names, labels = {} }: ScopeObject): boolean {
  return (
    kind === 'volume' &&
    /^[0-9a-f]{64}$/.test(names[0] ?? '') &&
    Object.keys(labels).every((key) => key === anonymousLabel)
  );
}

/** An image by all its names, tags and digests. Its labels say nothing: whoever builds an image writes them. */
export function imageObject(reply: unknown): Told {
  const { RepoTags, RepoDigests } = image.parse(reply);
  return { kind: 'image', names: [...RepoTags, ...RepoDigests].filter(isImageName), isShared: false };
}

/** Old engines list images without a name as `<none>:<none>`. */
export function isImageName(name: string): boolean {
  return !name.startsWith('<none>');
}

/**
 * The image as it was asked for: by one of its names, it is that name alone; by an id it is all of them. Else one
 * team's name would open, or remove, what another team's name stands for.
 */
export function imageAskedFor(reply: unknown, asked: string): Told {
  const whole = imageObject(reply);
  const wanted = withTag(asked);
  const named = whole.names.filter((name) => shortImage(name) === wanted);
  return named.length > 0 ? { ...whole, names: named } : whole;
}

/** As `docker images` shows it, with the tag that is implied. */
export function withTag(name: string): string {
  const short = shortImage(name);
  return repositoryOf(short) === short ? `${short}:latest` : short;
}

function asLabels(value: unknown): Record<string, string> {
  const given = asPlain(value);
  for (const key in given) if (typeof given[key] !== 'string') return {};
  return given as Record<string, string>;
}

function labelled(kind: string, name: string, labels: Record<string, string>): Told {
  return { kind, names: name === '' ? [] : [name], labels, isShared: labels[sharedLabel] === 'true' };
}
