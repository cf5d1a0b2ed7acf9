import { maskMarker } from '#lib/shared/mask.ts';
import { isSecretName, maskEnv } from '#lib/shared/secret-names.ts';
import type { Classified } from '../classified.ts';

const textCharsMax = 1000;
const itemsMax = 100;

/** Fields whose values are never recorded. */
const secretFields = new Set([
  'password',
  'auth',
  'identitytoken',
  'registrytoken',
  'Data',
  'JoinToken',
  'UnlockKey',
  'SigningCAKey',
  'Secret',
]);
const secretParams = new Set(['buildargs', 'session']);

/** What goes into the trail of a request: its query and its body, secrets masked, long ones cut. */
export function recordParams(classified: Classified, body: unknown): Record<string, unknown> {
  const params: Record<string, unknown> = { ...classified.params };
  for (const [name, value] of classified.query) {
    const shown = cut(maskParam(name, value));
    const before = params[name];
    params[name] = before === undefined ? shown : [...(Array.isArray(before) ? before : [before]), shown];
  }
  if (body !== undefined) params.body = maskBody(body, '');
  return params;
}

/** Build arguments keep their names: which were given matters, what they say does not. */
function maskParam(name: string, value: string): string {
  if (name === 'fromSrc' || name === 'remote') return value.replace(/\/\/[^/@]*@/, `//${maskMarker}@`);
  if (name === 'changes') return value.replace(/\b(env)\s+.*/gi, `$1 ${maskMarker}`);
  if (!secretParams.has(name)) return value;
  try {
    const given: unknown = JSON.parse(value);
    if (typeof given === 'object' && given !== null) {
      return JSON.stringify(Object.fromEntries(Object.keys(given).map((key) => [key, maskMarker])));
    }
  } catch {
    // Not JSON: nothing of it is known, so nothing of it is shown.
  }
  return maskMarker;
}

function maskBody(value: unknown, key: string): unknown {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value)) {
    const items = value.slice(0, itemsMax).map((item: unknown) => {
      if (/^env$/i.test(key) && typeof item === 'string') return cut(maskEnv(item));
      return maskBody(item, key);
    });
    return value.length > itemsMax ? [...items, `… ${value.length - itemsMax} more`] : items;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, itemsMax)
      .map(([name, inner]) => {
        const secret = secretFields.has(name) || isSecretName(name) || (name === 'o' && typeof inner === 'string');
        return [cut(name), secret && typeof inner === 'string' && inner !== '' ? maskMarker : maskBody(inner, name)];
      }),
  );
}

function cut(text: string): string {
  return text.length > textCharsMax ? `${text.slice(0, textCharsMax)}… (${text.length} characters)` : text;
}
