import { appError } from '#lib/shared/errors.ts';

/** Where a value stands in the bytes: `[start, end)`, quotes and brackets included. */
export interface Span {
  /** Keys and array indexes from the top; a live array, copy it to keep it. */
  path: readonly (string | number)[];
  kind: 'object' | 'array' | 'string' | 'other';
  start: number;
  end: number;
}

const depthMax = 500;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Walks an engine's JSON and reports each value after those inside it. The bytes themselves are never printed again:
 * that would lose integers above 2^53 (timeNano) and the engine's own escapes. Throws internal when it is not JSON.
 */
export function scanJson(bytes: Buffer, visit: (span: Span) => void): void {
  const path: (string | number)[] = [];
  let at = skipSpace(bytes, 0);
  at = skipSpace(bytes, scanValue(at));
  if (at < bytes.length) broken(at);

  function scanValue(start: number): number {
    if (path.length > depthMax) broken(start);
    const { kind, end } = scanKind(start);
    visit({ path, kind, start, end });
    return end;
  }

  function scanKind(start: number): Pick<Span, 'kind' | 'end'> {
    switch (bytes[start]) {
      case 0x7b:
        return { kind: 'object', end: scanMembers(start, 0x7d) };
      case 0x5b:
        return { kind: 'array', end: scanMembers(start, 0x5d) };
      case quote:
        return { kind: 'string', end: endOfString(bytes, start) };
      default: {
        const end = endOfWord(bytes, start);
        if (end === start) broken(start);
        return { kind: 'other', end };
      }
    }
  }

  function scanMembers(start: number, close: number): number {
    let next = skipSpace(bytes, start + 1);
    if (bytes[next] === close) return next + 1;
    for (let index = 0; ; index += 1) {
      if (close === 0x7d) {
        const keyEnd = endOfString(bytes, next);
        path.push(readString(bytes, next, keyEnd));
        next = skipSpace(bytes, keyEnd);
        if (bytes[next] !== 0x3a) broken(next);
        next = skipSpace(bytes, next + 1);
      } else path.push(index);
      next = skipSpace(bytes, scanValue(next));
      path.pop();
      if (bytes[next] === close) return next + 1;
      if (bytes[next] !== 0x2c) broken(next);
      next = skipSpace(bytes, next + 1);
    }
  }
}

/** The text of a JSON string in the bytes. */
export function readString(bytes: Buffer, start: number, end: number): string {
  const inner = bytes.toString('utf8', start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  try {
    return String(JSON.parse(`"${inner}"`));
  } catch {
    return broken(start);
  }
}

function endOfString(bytes: Buffer, start: number): number {
  if (bytes[start] !== quote) broken(start);
  let at = start + 1;
  for (;;) {
    const end = bytes.indexOf(quote, at);
    if (end < 0) broken(start);
    let slashes = 0;
    while (bytes[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end + 1;
    at = end + 1;
  }
}

/** Numbers, true, false, null: letters, digits, signs, points. */
function endOfWord(bytes: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const byte = bytes[at];
    if (byte === undefined || !/[-+.0-9a-zA-Z]/.test(String.fromCharCode(byte))) return at;
    at += 1;
  }
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

function broken(at: number): never {
  throw appError('internal', `The engine's answer is not JSON: it breaks at byte ${at}.`);
}
