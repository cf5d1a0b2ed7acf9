import { appError } from '#lib/shared/errors.ts';
import { maskMarker } from '#lib/shared/mask.ts';
import { bodies } from './fields.ts';
import type { OperationSpec } from './spec.ts';

const pairsMax = 1000;

/** dockerode writes the fields of a body into the query as well, where no engine reads them. */
function isBodyField(spec: OperationSpec, name: string): boolean {
  const shape = typeof spec.body === 'object' ? bodies[spec.body.json] : undefined;
  return shape?.kind === 'struct' && Object.hasOwn(shape.fields, name);
}

/**
 * Parses a raw query once into the known parameters, in the order sent. A reader of engines ignores what it does not
 * know, and clients send leftovers of old APIs, so reads drop unknown parameters. A change refuses them: dropping a
 * newer `dryRun` would do the work. Throws bad-request.
 */
export function parseQuery(spec: OperationSpec, rawQuery: string): [name: string, value: string][] {
  if (rawQuery === '') return [];
  const raw = rawQuery.split('&');
  if (raw.length > pairsMax) throw appError('bad-request', 'The query has too many parameters.');
  const pairs: [string, string][] = [];
  const seen = new Set<string>();
  for (const part of raw) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const name = decode(at < 0 ? part : part.slice(0, at));
    const value = decode(at < 0 ? '' : part.slice(at + 1));
    // Not `in`: `constructor` is no parameter.
    const param = Object.hasOwn(spec.query, name) ? spec.query[name] : undefined;
    if (!param) {
      if (spec.method === 'GET' || spec.method === 'HEAD' || isBodyField(spec, name)) continue;
      throw appError('bad-request', `Pilothouse does not know the parameter ${JSON.stringify(name)} of ${spec.name}.`);
    }
    // The engine takes the first of several, a person reading the record might take the last.
    if (seen.has(name) && !param.list) throw appError('bad-request', `The parameter ${name} stands twice.`);
    if (value.includes(maskMarker)) {
      throw appError('bad-request', `The parameter ${name} holds ${maskMarker}, which stands for a masked secret.`);
    }
    seen.add(name);
    pairs.push([name, value]);
  }
  return pairs;
}

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw appError('bad-request', 'The query has an escape that does not decode.', error);
  }
  if (decoded.includes('\0')) throw appError('bad-request', 'The query has a NUL character.');
  return decoded;
}
