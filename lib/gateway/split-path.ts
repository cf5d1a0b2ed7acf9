import { appError } from '#lib/shared/errors.ts';

/** The API version below which the door refuses, see splitPath. */
const oldestMinor = 25;
const pathCharsMax = 8192;

/**
 * Splits a raw path at its raw slashes, takes the one version prefix off, and decodes each segment once. Throws
 * bad-request for everything that another reader of the same bytes could see differently.
 */
export function splitPath(rawPath: string): { version: string; segments: string[] } {
  if (rawPath.length > pathCharsMax) throw appError('bad-request', 'The path is too long.');
  // A backslash or a fragment mark is taken for a separator by some readers and for a character by others.
  if (!/^\/[!-~]*$/.test(rawPath) || /[\\#?]/.test(rawPath)) {
    throw appError('bad-request', 'The path has characters that must not stand in it unencoded.');
  }
  const [first = '', ...rest] = rawPath.slice(1).split('/');
  const version = /^v[0-9]/.test(first) ? readVersion(first) : '';
  return { version, segments: (version ? rest : [first, ...rest]).map(decodeSegment) };
}

/** Anchored: only the first segment, only this form, so that `/containers/v1.24/json` means a container. */
function readVersion(segment: string): string {
  const match = /^v([1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,3})$/.exec(segment);
  if (!match) throw appError('bad-request', `${segment} is not an API version.`);
  // Up to 1.24 start takes a HostConfig (tried: it sets Binds and Privileged on an existing container) and other
  // bodies differ from what inspect knows.
  if (Number(match[1]) === 1 && Number(match[2]) < oldestMinor) {
    throw appError(
      'bad-request',
      `The API version ${segment} is too old: Pilothouse takes v1.${oldestMinor} and newer.`,
    );
  }
  return segment;
}

function decodeSegment(segment: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch (error) {
    throw appError('bad-request', 'The path has an escape that does not decode.', error);
  }
  checkName(decoded);
  return decoded;
}

/**
 * Refuses names that would be read differently further on: dot segments and empty ones (the engine answers them with a
 * redirect to the cleaned path), control characters, backslashes, and what is still encoded after one decoding.
 */
export function checkName(name: string): void {
  if (name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw appError('bad-request', 'The path has an empty or a dot segment.');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  if (/[\u0000-\u001f\u007f\\]/.test(name)) {
    throw appError('bad-request', 'The path has a control character or a backslash.');
  }
  if (/%[0-9a-f]{2}/i.test(name)) throw appError('bad-request', 'The path is encoded twice.');
  if (!name.isWellFormed()) throw appError('bad-request', 'The path is not well-formed Unicode.');
}
