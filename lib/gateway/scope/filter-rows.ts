import type { Look } from '#lib/authz/authorize.ts';
import type { ScopeObject } from '#lib/shared/access.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import type { Ask } from '../ask.ts';
import { maskReply } from '../mask.ts';
import type { Verdict, Visit } from '../rewrite-json.ts';
import { type Containers, toObject } from './lookups.ts';
import { isAnonymousVolume, volumeObject } from './objects.ts';

/** What somebody with a scope sees of a reply. */
export interface View {
  /** By the grants as they are now. */
  look(object: ScopeObject): Look;
  /** For what the reply alone does not tell. */
  ask: Ask;
}

/** What becomes of one element of a list, at `path`. */
export function verdictOf(
  view: View,
  operation: EngineOperation,
  path: readonly (string | number)[],
  bytes: Buffer,
  object: ScopeObject,
): Verdict {
  const look = view.look(object);
  if (look === 'hidden') return 'drop';
  return look === 'plain' ? 'keep' : maskElement(operation, path, bytes);
}

/** Masks one element as if it stood alone at its place. */
export function maskElement(operation: EngineOperation, path: readonly (string | number)[], bytes: Buffer): Buffer {
  const open = path.map((key) => (typeof key === 'number' ? '[' : `{${JSON.stringify(key)}:`)).join('');
  const close = [...path].reverse().map((key) => (typeof key === 'number' ? ']' : '}'));
  const masked = maskReply(operation, Buffer.concat([Buffer.from(open), bytes, Buffer.from(close.join(''))]));
  return masked.subarray(Buffer.byteLength(open), masked.length - close.length);
}

/**
 * Keeps only the names in sight: another team's tag on the same image is as secret as its other images. And takes out
 * who uses it: the ids of containers among its manifests, and their number, unless `used` tells what is in sight of it.
 */
export function imageNames(view: View, depth: number, fields: readonly string[], used = -1): Visit {
  return (path, bytes) => {
    const [place] = path.slice(depth);
    if (place === undefined) return 'into';
    if (place === 'Manifests') return path.at(-1) === 'Containers' ? emptyList : 'into';
    if (path.length === depth + 1) {
      if (place === 'Containers') return Buffer.from(String(used));
      return fields.includes(String(place)) ? 'into' : 'keep';
    }
    return view.look({ kind: 'image', names: [String(parse(bytes))] }) === 'hidden' ? 'drop' : 'keep';
  };
}

const emptyList = Buffer.from('[]');

/** An anonymous volume is in sight when all containers that mount it are. */
export function volumeVerdict(
  view: View,
  operation: EngineOperation,
  path: readonly (string | number)[],
  bytes: Buffer,
  containers: Containers | undefined,
): Verdict {
  const told = volumeObject(parse(bytes));
  const mounting = isAnonymousVolume(told) ? (containers?.byVolume.get(told.names[0] ?? '') ?? []) : [];
  const looks = mounting.map(({ names, labels }) => view.look({ kind: 'volume', names, labels }));
  if (looks.length === 0) return verdictOf(view, operation, path, bytes, toObject(told));
  if (looks.includes('hidden')) return 'drop';
  return looks.includes('masked') ? maskElement(operation, path, bytes) : 'keep';
}

/** One value of a reply. */
export function parse(bytes: Buffer): unknown {
  return JSON.parse(bytes.toString());
}
