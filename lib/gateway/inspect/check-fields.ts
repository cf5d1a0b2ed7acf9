import { appError } from '#lib/shared/errors.ts';
import { maskMarker } from '#lib/shared/mask.ts';
import { foldKey, type Shape, type Struct } from '../fields/shape.ts';
import type { HostAccessReason } from '../inspected.ts';
import type { Json } from '../json.ts';

/** No rule of a policy can name it, so every policy refuses it. */
const unjudged = { kind: 'unknown', value: '' } as const;
const markers = [maskMarker, Buffer.from(maskMarker).toString('base64')];

/**
 * Holds a body against its table. At struct positions every key must be byte for byte a name of the table: Go takes any
 * case, folds U+017F and takes the last duplicate, so `"hostconfig"` or `"Bindſ"` would slip past whoever reads only the
 * exact names. What is not is a reason of host access; a folded spelling is put right, so that the rules see what the
 * engine sees. Throws bad-request for duplicates (also those that only differ in spelling) and for masked secrets.
 */
export function checkFields(json: Json, shape: Shape, reasons: HostAccessReason[], path = ''): Json {
  switch (json.kind) {
    case 'string':
      refuseMask(json.value, path);
      break;
    case 'array':
      if (shape.kind === 'list') {
        const items = json.items.map((item, at) => checkFields(item, shape.of, reasons, `${path}[${at}]`));
        return { kind: 'array', items };
      }
      if (shape.kind === 'words') return checkFields(json, { kind: 'list', of: { kind: 'text' } }, reasons, path);
      return checkAnything(json, shape, reasons, path);
    case 'object':
      if (shape.kind === 'struct') return checkStruct(json.entries, shape, reasons, path);
      if (shape.kind !== 'map') return checkAnything(json, shape, reasons, path);
      refuseDuplicates(json.entries, path);
      return {
        kind: 'object',
        entries: json.entries.map(([key, value]) => {
          refuseMask(key, path);
          return [key, checkFields(value, shape.of, reasons, join(path, key))];
        }),
      };
  }
  if (!fits(json, shape)) addWrongType(reasons, path);
  return json;
}

function checkStruct(
  entries: readonly [string, Json][],
  shape: Struct,
  reasons: HostAccessReason[],
  path: string,
): Json {
  const seen = new Set<string>();
  const checked = entries.flatMap(([key, value]): [string, Json][] => {
    refuseMask(key, path);
    const folded = foldKey(key);
    if (seen.has(folded)) throw appError('bad-request', `${join(path, key)} stands twice.`);
    seen.add(folded);
    const known = Object.hasOwn(shape.fields, key) ? key : shape.folded.get(folded);
    const field = join(path, known ?? key);
    const of = known === undefined ? undefined : shape.fields[known];
    // docker-py sends such (`NetworkingConfig: {"bridge": null}`); what sets nothing is left out.
    if (known === undefined && value.kind === 'null') return [];
    if (known === undefined || of === undefined) {
      reasons.push({
        field,
        sentence: `${quote(field)} is not a field that Pilothouse knows, so it can't judge it.`,
        ...unjudged,
      });
      return [[key, checkFields(value, { kind: 'anything' }, reasons, field)]];
    }
    if (known !== key) {
      reasons.push({ field, sentence: `${quote(key)} is an odd spelling of the field ${field}.`, ...unjudged });
    }
    return [[known, checkFields(value, of, reasons, field)]];
  });
  return { kind: 'object', entries: checked };
}

/** Where the table has no more to say; `shape` may still want another type. */
function checkAnything(json: Json, shape: Shape, reasons: HostAccessReason[], path: string): Json {
  if (shape.kind !== 'anything') addWrongType(reasons, path);
  if (json.kind === 'array') {
    for (const [at, item] of json.items.entries()) checkFields(item, { kind: 'anything' }, reasons, `${path}[${at}]`);
  } else if (json.kind === 'object') {
    refuseDuplicates(json.entries, path);
    for (const [key, value] of json.entries) {
      refuseMask(key, path);
      checkFields(value, { kind: 'anything' }, reasons, join(path, key));
    }
  }
  return json;
}

function fits(json: Json, shape: Shape): boolean {
  if (json.kind === 'null' || shape.kind === 'anything') return true;
  switch (json.kind) {
    case 'string':
      return shape.kind === 'text' || shape.kind === 'words';
    case 'number':
      return shape.kind === 'num' || shape.kind === 'int';
    case 'boolean':
      return shape.kind === 'bool';
    default:
      return false;
  }
}

function addWrongType(reasons: HostAccessReason[], path: string): void {
  const field = path || 'the body';
  reasons.push({ field, sentence: `${quote(field)} does not have the type that the Engine API defines.`, ...unjudged });
}

function refuseDuplicates(entries: readonly [string, Json][], path: string): void {
  const seen = new Set<string>();
  for (const [key] of entries) {
    if (seen.has(key)) throw appError('bad-request', `${join(path, key)} stands twice.`);
    seen.add(key);
  }
}

function refuseMask(text: string, path: string): void {
  if (!markers.some((marker) => text.includes(marker))) return;
  throw appError(
    'bad-request',
    `${path || 'The body'} holds ${maskMarker}, which stands for a masked secret: write the real value, or leave it out.`,
  );
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

function quote(field: string): string {
  return JSON.stringify(field.length > 200 ? `${field.slice(0, 200)}…` : field);
}
