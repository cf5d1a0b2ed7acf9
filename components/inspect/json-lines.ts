/** A number as it was written: `9223372036854771712` would not survive as a JavaScript number. */
export interface JsonNumber {
  source: string;
}

export type JsonValue =
  | string
  | boolean
  | null
  | JsonNumber
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** One line of the tree. `path` is unique; a line that opens something has `size` (its members). */
export interface JsonLine {
  path: string;
  depth: number;
  key?: string;
  /** Closing brackets have neither value nor size. */
  kind: 'value' | 'open' | 'close';
  text: string;
  valueKind?: 'string' | 'number' | 'word';
  size?: number;
  /** What the copy button of this line copies. */
  value?: JsonValue;
}

const isNumber = (value: object): value is JsonNumber =>
  'source' in value && Object.getPrototypeOf(value) === numberPrototype;
const numberPrototype = Object.freeze(Object.create(null));

/** Parses JSON, keeping numbers as written where the browser can tell (JSON.parse with source). Throws SyntaxError. */
export function parseJson(text: string): JsonValue {
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number'
      ? Object.assign(Object.create(numberPrototype), { source: context?.source ?? String(value) })
      : value,
  );
}

/** Prints a part of the tree again, with the digits it came with. */
export function printJson(value: JsonValue, indent = ''): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isNumber(value)) return value.source;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item: JsonValue) => inner + printJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return `{\n${entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${printJson(item, inner)}`).join(',\n')}\n${indent}}`;
}

/** The tree as lines, without what lies in folded parts. */
export function toLines(root: JsonValue, folded: ReadonlySet<string>): JsonLine[] {
  const lines: JsonLine[] = [];
  const add = (value: JsonValue, path: string, depth: number, key: string | undefined, last: boolean) => {
    const comma = last ? '' : ',';
    if (value === null || typeof value !== 'object' || isNumber(value)) {
      const text = value !== null && typeof value === 'object' ? value.source : JSON.stringify(value);
      const valueKind =
        typeof value === 'string' ? 'string' : value !== null && typeof value === 'object' ? 'number' : 'word';
      lines.push({ path, depth, key, kind: 'value', text: text + comma, valueKind, value });
      return;
    }
    const list = Array.isArray(value);
    const entries: [string, JsonValue][] = Object.entries(value);
    const [open, close] = list ? ['[', ']'] : ['{', '}'];
    if (entries.length === 0 || folded.has(path)) {
      const text = entries.length === 0 ? `${open}${close}${comma}` : `${open} … ${close}${comma}`;
      lines.push({ path, depth, key, kind: 'open', text, size: entries.length, value });
      return;
    }
    lines.push({ path, depth, key, kind: 'open', text: open, size: entries.length, value });
    entries.forEach(([name, item], i) => {
      add(item, `${path}/${escapePointer(name)}`, depth + 1, list ? undefined : name, i === entries.length - 1);
    });
    lines.push({ path: `${path}/`, depth, kind: 'close', text: close + comma });
  };
  add(root, '', 0, undefined, true);
  return lines;
}

// JSON Pointer (RFC 6901): `/` and `~` in a key must not look like steps.
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The paths of lines whose key or value has the text, whatever its case. */
export function findLines(lines: readonly JsonLine[], text: string): string[] {
  const needle = text.trim().toLowerCase();
  if (needle === '') return [];
  return lines
    .filter(
      (line) =>
        line.key?.toLowerCase().includes(needle) || (line.kind === 'value' && line.text.toLowerCase().includes(needle)),
    )
    .map((line) => line.path);
}
