import type { Json } from '../json.ts';

/** Sets texts in the map at `path` of a body, making what is not there; everything else stays as it is. */
export function setTexts(json: Json, path: readonly string[], texts: Readonly<Record<string, string>>): Json {
  const [key, ...rest] = path;
  if (Object.keys(texts).length === 0) return json;
  if (key === undefined) return setEntries(json, texts);
  const entries = json.kind === 'object' ? json.entries : [];
  const inner = entries.find(([name]) => name === key)?.[1] ?? { kind: 'null' };
  return withEntry(entries, key, setTexts(inner, rest, texts));
}

/** The same in an object itself. */
export function setEntries(json: Json, texts: Readonly<Record<string, string>>): Json {
  return Object.entries(texts).reduce<Json>(
    (object, [key, value]) => setEntry(object, key, { kind: 'string', value }),
    json,
  );
}

/** The same with one value of any kind. */
export function setEntry(json: Json, key: string, value: Json): Json {
  return withEntry(json.kind === 'object' ? json.entries : [], key, value);
}

/** In place of all of that name: the engine takes the last of several. */
function withEntry(entries: readonly [string, Json][], key: string, value: Json): Json {
  return { kind: 'object', entries: [...entries.filter(([name]) => name !== key), [key, value]] };
}
