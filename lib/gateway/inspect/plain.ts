import type { Json } from '../json.ts';

/**
 * The values for the rules to look at. Numbers lose digits above 2^53 here, which no rule minds; what goes on to the
 * engine is printed from the tree. `__proto__` is a key like any other.
 */
export function toPlain(json: Json): unknown {
  switch (json.kind) {
    case 'object':
      return Object.fromEntries(json.entries.map(([key, value]) => [key, toPlain(value)]));
    case 'array':
      return json.items.map(toPlain);
    case 'string':
    case 'boolean':
      return json.value;
    case 'number':
      return Number(json.digits);
    case 'null':
      return null;
  }
}
