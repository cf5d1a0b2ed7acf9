/**
 * What may stand at a place of a body. struct: the engine decodes into a Go struct, so only these names may stand.
 * map: any key may stand. words: Go's strslice, a list of strings or one string. anything: not looked into.
 */
export type Shape =
  | { kind: 'text' | 'int' | 'num' | 'bool' | 'words' | 'anything' }
  | { kind: 'list'; of: Shape }
  | { kind: 'map'; of: Shape }
  | Struct;

export interface Struct {
  kind: 'struct';
  fields: Readonly<Record<string, Shape>>;
  /** Folded name to name, see foldKey. */
  folded: ReadonlyMap<string, string>;
}

export const text: Shape = { kind: 'text' };
export const int: Shape = { kind: 'int' };
export const num: Shape = { kind: 'num' };
export const bool: Shape = { kind: 'bool' };
export const words: Shape = { kind: 'words' };
export const anything: Shape = { kind: 'anything' };
export const list = (of: Shape): Shape => ({ kind: 'list', of });
export const map = (of: Shape): Shape => ({ kind: 'map', of });
export const texts = list(text);
export const textMap = map(text);

/** Builds a struct position. */
export function struct(fields: Readonly<Record<string, Shape>>): Struct {
  return { kind: 'struct', fields, folded: new Map(Object.keys(fields).map((name) => [foldKey(name), name])) };
}

/** Go's `struct{}`, the value of sets. */
export const nothing = struct({});

/**
 * Go's encoding/json finds a field by Unicode simple folding. The names of the tables are ASCII, and two other runes
 * fold into ASCII: U+212A (Kelvin sign), which `toLowerCase` folds too, and U+017F (long s), which it misses.
 */
export function foldKey(key: string): string {
  return key.replaceAll('\u017f', 's').toLowerCase();
}
