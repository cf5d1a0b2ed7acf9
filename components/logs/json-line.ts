/** One token of a pretty-printed JSON value; joined, the texts are the whole. */
export interface JsonToken {
  kind: 'key' | 'string' | 'number' | 'word' | 'mark';
  text: string;
}

const textMax = 64 * 1024;

/** Whether a line may be a JSON object or array: cheap, for every visible row. */
export function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return (
    text.length > 2 && text.length <= textMax && ((first === 123 && last === 125) || (first === 91 && last === 93))
  );
}

const tokenPattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|(true|false|null)|([{}[\],:])|(\s+)/g;

/**
 * Pretty-prints a JSON line as tokens; undefined when it is no JSON. Numbers keep their digits: the text is re-indented,
 * not parsed and printed again, since that would round integers above 2^53.
 */
export function prettyJson(text: string): JsonToken[] | undefined {
  if (!looksLikeJson(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const tokens: JsonToken[] = [];
  let depth = 0;
  const newline = () => tokens.push({ kind: 'mark', text: `\n${'  '.repeat(Math.min(depth, 40))}` });
  const parts = [...text.matchAll(tokenPattern)].filter((m) => m[6] === undefined);
  parts.forEach((m, i) => {
    const next = parts[i + 1]?.[0];
    if (m[1] !== undefined) {
      tokens.push({ kind: m[2] === undefined ? 'string' : 'key', text: m[1] });
      if (m[2] !== undefined) tokens.push({ kind: 'mark', text: ': ' });
    } else if (m[3] !== undefined) tokens.push({ kind: 'number', text: m[3] });
    else if (m[4] !== undefined) tokens.push({ kind: 'word', text: m[4] });
    else if (m[5] === '{' || m[5] === '[') {
      tokens.push({ kind: 'mark', text: m[5] });
      depth++;
      if (next !== '}' && next !== ']') newline();
    } else if (m[5] === '}' || m[5] === ']') {
      depth--;
      const before = parts[i - 1]?.[0];
      if (before !== '{' && before !== '[') newline();
      tokens.push({ kind: 'mark', text: m[5] });
    } else if (m[5] === ',') {
      tokens.push({ kind: 'mark', text: ',' });
      newline();
    }
  });
  return tokens;
}
