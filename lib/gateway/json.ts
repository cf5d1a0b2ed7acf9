import { appError } from '#lib/shared/errors.ts';

/**
 * JSON as it was written: entries in order with every duplicate, numbers as their digits. `JSON.parse` can see neither
 * duplicates (the engine takes the last of those that fold to the same name) nor integers above 2^53.
 */
export type Json =
  | { kind: 'object'; entries: [key: string, value: Json][] }
  | { kind: 'array'; items: Json[] }
  | { kind: 'string'; value: string }
  | { kind: 'number'; digits: string }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'null' };

const depthMax = 64;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// Everything up to the next quote, with escapes kept whole; control characters must be escaped (RFC 8259, 7).
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what ends the match.
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const space = /[ \t\n\r]*/y;

/** Reads one JSON value by RFC 8259 and nothing behind it. Throws bad-request; `what` names it in the message. */
export function parseJson(bytes: Buffer, what = 'The body'): Json {
  let text: string;
  try {
    // fatal: an engine replaces broken UTF-8 and so sees another text; ignoreBOM keeps the mark, which is then refused.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw appError('bad-request', `${what} is not UTF-8.`, error);
  }
  const reader = { text, at: 0, what };
  const value = readValue(reader, 0);
  skipSpace(reader);
  if (reader.at < text.length) fail(reader);
  return value;
}

interface Reader {
  text: string;
  at: number;
  what: string;
}

function readValue(reader: Reader, depth: number): Json {
  if (depth > depthMax) throw appError('bad-request', `${reader.what} is nested too deeply.`);
  skipSpace(reader);
  switch (reader.text[reader.at]) {
    case '{':
      return readObject(reader, depth);
    case '[':
      return readArray(reader, depth);
    case '"':
      return { kind: 'string', value: readString(reader) };
    case 't':
      return take(reader, 'true', { kind: 'boolean', value: true });
    case 'f':
      return take(reader, 'false', { kind: 'boolean', value: false });
    case 'n':
      return take(reader, 'null', { kind: 'null' });
    default:
      return { kind: 'number', digits: match(reader, number) };
  }
}

function readObject(reader: Reader, depth: number): Json {
  const entries: [string, Json][] = [];
  readList(reader, '}', () => {
    const key = readString(reader);
    skipSpace(reader);
    if (reader.text[reader.at] !== ':') fail(reader);
    reader.at += 1;
    entries.push([key, readValue(reader, depth + 1)]);
  });
  return { kind: 'object', entries };
}

function readArray(reader: Reader, depth: number): Json {
  const items: Json[] = [];
  readList(reader, ']', () => items.push(readValue(reader, depth + 1)));
  return { kind: 'array', items };
}

/** From an opening bracket over the elements to the closing one. */
function readList(reader: Reader, close: string, readElement: () => void): void {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text[reader.at] === close) {
    reader.at += 1;
    return;
  }
  for (;;) {
    skipSpace(reader);
    readElement();
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next !== ',' && next !== close) fail(reader);
    reader.at += 1;
    if (next === close) return;
  }
}

function readString(reader: Reader): string {
  const value: unknown = JSON.parse(match(reader, string));
  // A lone surrogate becomes U+FFFD in the engine: another text than the one that is inspected.
  if (typeof value !== 'string' || !value.isWellFormed()) return fail(reader);
  return value;
}

function take<T extends Json>(reader: Reader, word: string, value: T): T {
  if (!reader.text.startsWith(word, reader.at)) fail(reader);
  reader.at += word.length;
  return value;
}

function match(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  if (!found) return fail(reader);
  reader.at = pattern.lastIndex;
  return found;
}

function skipSpace(reader: Reader): void {
  space.lastIndex = reader.at;
  space.exec(reader.text);
  reader.at = space.lastIndex;
}

function fail(reader: Reader): never {
  throw appError('bad-request', `${reader.what} is not JSON: it breaks at character ${reader.at}.`);
}

/** Prints it again, without white space; numbers keep their digits. */
export function printJson(json: Json): string {
  switch (json.kind) {
    case 'object':
      return `{${json.entries.map(([key, value]) => `${JSON.stringify(key)}:${printJson(value)}`).join(',')}}`;
    case 'array':
      return `[${json.items.map(printJson).join(',')}]`;
    case 'string':
      return JSON.stringify(json.value);
    case 'number':
      return json.digits;
    case 'boolean':
      return String(json.value);
    case 'null':
      return 'null';
  }
}
