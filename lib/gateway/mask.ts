import { appError } from '#lib/shared/errors.ts';
import { maskMarker } from '#lib/shared/mask.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';
import { maskEnv, maskNamed } from '#lib/shared/secret-names.ts';
import { type Classified, queryValue } from './classified.ts';
import { type Masking, maskPlaces, type Places } from './mask-places.ts';
import { readString, type Span, scanJson } from './scan-json.ts';

/** Replies of `secrets: 'masked'` operations are held whole up to this to be masked; larger ones are refused. */
export const maskBytesMax = 64 * 1024 * 1024;

/** Columns without environments: `docker top c eww` would print those. A letter more can add them. */
const harmlessPsArgs = ['', '-ef', 'aux', '-aux', '-e', '-A', '-l', '-eo pid,ppid,user,pcpu,pmem,etime,comm'];

/** The places of each operation as a tree, `*` being a key of its own. */
interface Node {
  masking?: Masking;
  next: Map<string, Node>;
}

const trees = new Map(Object.entries(maskPlaces).map(([operation, places]) => [operation, plant(places)]));

/**
 * Masks a whole JSON reply for whoever may not see secrets; all other bytes stay as the engine sent them. Throws
 * internal when the reply is not JSON. Not for system.events: see maskEvent.
 */
export function maskReply(operation: EngineOperation, body: Buffer): Buffer {
  const tree = trees.get(operation);
  if (!tree) throw appError('internal', `${operation} has no places to mask.`);
  const parts: Buffer[] = [];
  let done = 0;
  scanJson(body, (span) => {
    if (span.kind !== 'string') return;
    const masking = findMasking(tree, span.path, 0);
    const masked = masking && maskText(masking, readString(body, span.start, span.end), span);
    if (masked === undefined) return;
    parts.push(body.subarray(done, span.start), Buffer.from(JSON.stringify(masked)));
    done = span.end;
  });
  return parts.length === 0 ? body : Buffer.concat([...parts, body.subarray(done)]);
}

/** Masks one event (a JSON object, with or without line end). For createLineFilter's `map`. */
export function maskEvent(line: Buffer): Buffer {
  // RFC 7464 puts a record separator in front.
  const start = line[0] === 0x1e ? 1 : 0;
  const masked = maskReply('system.events', line.subarray(start));
  return start === 0 ? masked : Buffer.concat([line.subarray(0, 1), masked]);
}

/** Throws forbidden unless `ps_args` is one of the fixed sets (`docker top c eww` prints environments). */
export function checkTopArgs(classified: Classified): void {
  if (classified.operation !== 'container.top') return;
  const args = queryValue(classified, 'ps_args') ?? '';
  if (harmlessPsArgs.includes(args.trim())) return;
  throw appError(
    'forbidden',
    `The ps arguments ${JSON.stringify(args.slice(0, 80))} may show environments; without the right to see secrets these are allowed: ${harmlessPsArgs.filter(Boolean).join('; ')}.`,
  );
}

/** Throws forbidden for `details`: it puts variables and labels that the log driver was told to keep before each line. */
export function checkLogDetails(classified: Classified): void {
  if (['', '0', 'no', 'false', 'none'].includes((queryValue(classified, 'details') ?? '').trim().toLowerCase())) return;
  throw appError('forbidden', 'The details of log lines may show environments, which needs the right to see secrets.');
}

/** The masked text, or undefined when there is nothing to mask. */
function maskText(masking: Masking, text: string, { path }: Span): string | undefined {
  if (text === '') return undefined;
  switch (masking) {
    case 'all':
      return maskMarker;
    case 'base64':
      return Buffer.from(maskMarker).toString('base64');
    case 'env':
      return maskEnv(text);
    case 'named': {
      const masked = maskNamed(String(path.at(-1) ?? ''), text);
      return masked === text ? undefined : masked;
    }
    case 'command': {
      const verb = /^exec_(?:create|start|die|detach): /.exec(text)?.[0];
      return verb === undefined ? undefined : verb + maskMarker;
    }
  }
}

function plant(places: Places): Node {
  const root: Node = { next: new Map() };
  for (const [path, masking] of places) {
    let node = root;
    for (const key of path.split('.')) {
      const next: Node = node.next.get(key) ?? { next: new Map() };
      node.next.set(key, next);
      node = next;
    }
    node.masking = masking;
  }
  return root;
}

function findMasking(node: Node, path: readonly (string | number)[], at: number): Masking | undefined {
  if (at === path.length) return node.masking;
  const exact = node.next.get(String(path[at]));
  const any = node.next.get('*');
  return (exact && findMasking(exact, path, at + 1)) ?? (any && findMasking(any, path, at + 1));
}
