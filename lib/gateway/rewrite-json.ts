import { appError } from '#lib/shared/errors.ts';

/** keep: as it is. drop: it and its comma go. into: ask about what is inside. Or bytes in its place. */
export type Verdict = 'keep' | 'drop' | 'into' | Buffer;

/** Asked for each value before those inside it; `path` is live, `bytes` are the value's own. */
export type Visit = (path: readonly (string | number)[], bytes: Buffer) => Verdict;

const depthMax = 500;
const comma = Buffer.from(',');

/**
 * Drops and replaces parts of an engine's JSON; all other bytes stay as the engine sent them, see scanJson. Only what
 * is looked into is read closely, the rest is skipped at a byte a step. Throws internal when it breaks on the way.
 */
export function rewriteJson(bytes: Buffer, visit: Visit): Buffer {
  const path: (string | number)[] = [];
  const start = skipSpace(bytes, 0);
  const { out, end } = rewriteRoot();
  if (skipSpace(bytes, end) < bytes.length) broken(end);
  if (out === undefined) return Buffer.from('null');
  return isSlice(out, start, end) ? bytes : Buffer.concat([bytes.subarray(0, start), out, bytes.subarray(end)]);

  /** Not looking for its end beforehand: that would be the whole of a long list once more. */
  function rewriteRoot(): { out: Buffer | undefined; end: number } {
    if ((bytes[start] === 0x5b || bytes[start] === 0x7b) && visit(path, bytes.subarray(start)) === 'into') {
      return rewriteMembers(start);
    }
    const to = endOfValue(bytes, start);
    return { out: rewriteValue(start, to), end: to };
  }

  /** The very bytes that stood there. Not by the buffer alone: small ones share one. */
  function isSlice(part: Buffer, from: number, to: number): boolean {
    return part.buffer === bytes.buffer && part.byteOffset === bytes.byteOffset + from && part.length === to - from;
  }

  /** Undefined: dropped. */
  function rewriteValue(from: number, to: number): Buffer | undefined {
    const own = bytes.subarray(from, to);
    const verdict = visit(path, own);
    if (verdict === 'drop') return undefined;
    if (verdict !== 'into') return verdict === 'keep' ? own : verdict;
    if (own[0] !== 0x7b && own[0] !== 0x5b) return own;
    if (path.length > depthMax) broken(from);
    return rewriteMembers(from).out;
  }

  function rewriteMembers(from: number): { out: Buffer; end: number } {
    const isObject = bytes[from] === 0x7b;
    const close = isObject ? 0x7d : 0x5d;
    const kept: Buffer[] = [];
    let changed = false;
    let at = skipSpace(bytes, from + 1);
    for (let index = 0; bytes[at] !== close; index += 1) {
      const memberStart = at;
      if (isObject) {
        const keyEnd = endOfString(bytes, at);
        path.push(keyOf(bytes.subarray(at, keyEnd)));
        at = skipSpace(bytes, keyEnd);
        if (bytes[at] !== 0x3a) broken(at);
        at = skipSpace(bytes, at + 1);
      } else path.push(index);
      const end = endOfValue(bytes, at);
      const value = rewriteValue(at, end);
      path.pop();
      if (value === undefined) changed = true;
      else if (isSlice(value, at, end)) kept.push(bytes.subarray(memberStart, end));
      else {
        changed = true;
        kept.push(Buffer.concat([bytes.subarray(memberStart, at), value]));
      }
      at = skipSpace(bytes, end);
      if (bytes[at] === 0x2c) at = skipSpace(bytes, at + 1);
      else if (bytes[at] !== close) broken(at);
    }
    if (!changed) return { out: bytes.subarray(from, at + 1), end: at + 1 };
    const parts = kept.flatMap((member, position) => (position === 0 ? [member] : [comma, member]));
    return {
      out: Buffer.concat([bytes.subarray(from, from + 1), ...parts, bytes.subarray(at, at + 1)]),
      end: at + 1,
    };
  }
}

/** Picks some fields of an object and parses them; the others are skipped: of a row of a long list that is most of it. */
export function fieldPicker(fields: readonly string[]): (bytes: Buffer) => Record<string, unknown> {
  const quoted = fields.map((name) => ({ name, key: Buffer.from(JSON.stringify(name)) }));
  return (bytes) => {
    const picked: Record<string, unknown> = {};
    if (bytes[0] !== 0x7b) return picked;
    let at = skipSpace(bytes, 1);
    while (bytes[at] !== 0x7d) {
      const keyStart = at;
      const keyEnd = endOfString(bytes, at);
      at = skipSpace(bytes, keyEnd);
      if (bytes[at] !== 0x3a) broken(at);
      at = skipSpace(bytes, at + 1);
      const end = endOfValue(bytes, at);
      for (const { name, key } of quoted) {
        if (!isAt(bytes, keyStart, keyEnd, key)) continue;
        picked[name] = JSON.parse(bytes.toString('utf8', at, end));
      }
      at = skipSpace(bytes, end);
      if (bytes[at] === 0x2c) at = skipSpace(bytes, at + 1);
      else if (bytes[at] !== 0x7d) broken(at);
    }
    return picked;
  };
}

function isAt(bytes: Buffer, start: number, end: number, wanted: Buffer): boolean {
  if (end - start !== wanted.length) return false;
  for (let at = 0; at < wanted.length; at += 1) if (bytes[start + at] !== wanted[at]) return false;
  return true;
}

function keyOf(quoted: Buffer): string {
  const text = quoted.toString('utf8', 1, quoted.length - 1);
  if (!text.includes('\\')) return text;
  try {
    return String(JSON.parse(quoted.toString()));
  } catch {
    return broken(0);
  }
}

/** The end of the value that begins at `start`: brackets are counted outside of strings. */
function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === 0x22) return endOfString(bytes, start);
  let at = start;
  if (first !== 0x7b && first !== 0x5b) {
    for (;;) {
      const byte = bytes[at];
      if (byte === undefined || byte === 0x2c || byte === 0x7d || byte === 0x5d || byte <= 0x20) break;
      at += 1;
    }
    if (at === start) broken(start);
    return at;
  }
  let depth = 0;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) at = endOfString(bytes, at) - 1;
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return broken(start);
}

function endOfString(bytes: Buffer, start: number): number {
  if (bytes[start] !== 0x22) broken(start);
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) return at + 1;
    if (byte === 0x5c) at += 1;
  }
  return broken(start);
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09) at += 1;
  return at;
}

function broken(at: number): never {
  throw appError('internal', `The engine's answer is not JSON: it breaks at byte ${at}.`);
}
