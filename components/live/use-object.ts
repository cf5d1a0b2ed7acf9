'use client';
import { useEffect, useRef, useState } from 'react';
import type { InventoryKind } from '#lib/shared/inventory.ts';
import type { RowOf } from './inventory-state.ts';
import { useEngine, useInventory } from './inventory-store.ts';

export interface LiveObject<R> {
  /** The engine's current name, also when the address has an old one. */
  engine: string;
  /** The last that was known; undefined: never seen. */
  row: R | undefined;
  /** It was there while this page was open and is not any more; ms since 1970. */
  goneAt: number | undefined;
  /** Its name when the page was opened, if it has another one now. */
  renamedFrom: string | undefined;
  /** It may be there still, but a grant of this person has changed and nothing reaches it any more. */
  lost: boolean;
  /** Another object took its name, e.g. compose made it anew. */
  replaced: boolean;
}

interface Found<R> {
  row: R | undefined;
  id: string | undefined;
}

/**
 * One object by what stands in the address (name, id or the beginning of an id), followed by its id from then on: a
 * rename does not lose it, and its end is told apart from its never having been there.
 */
export function useObject<K extends InventoryKind>(
  kind: K,
  engineName: string,
  reference: string,
  nameOf: (row: RowOf[K]) => readonly string[],
): LiveObject<RowOf[K]> {
  const engine = useEngine(engineName)?.name ?? engineName;
  // An engine that this person does not see (any more) leaves nothing behind on the page.
  const hidden = useInventory(({ engines }) => engines !== undefined && !engines.some(({ name }) => name === engine));
  const seen = useRef<{ id: string; names: readonly string[]; row: RowOf[K]; reference: string; lost?: boolean }>(
    undefined,
  );
  if (seen.current && seen.current.reference !== reference) seen.current = undefined;
  const rows: ReadonlyMap<string, RowOf[K]> | undefined = useInventory(
    ({ inventory }) => inventory[engine]?.rows[kind],
  );
  const lostKeys = useInventory(({ inventory }) => inventory[engine]?.lost);
  const found = find(rows, seen.current?.id, reference, nameOf);
  const replaced = seen.current !== undefined && found.row !== undefined && found.id !== seen.current.id;
  const [wasReplaced, setReplaced] = useState(false);
  const [goneAt, setGoneAt] = useState<number>();
  const missing = seen.current !== undefined && found.row === undefined;
  // Once lost it stays so until it is seen again: the engine itself may come back by another grant.
  const lost = missing && (seen.current?.lost || hidden || lostKeys?.has(`${kind} ${seen.current?.id}`) === true);
  if (lost && seen.current) seen.current.lost = true;
  const isGone = missing && rows !== undefined && !lost;
  useEffect(() => setGoneAt(isGone ? Date.now() : undefined), [isGone]);
  useEffect(() => {
    if (replaced) setReplaced(true);
  }, [replaced]);
  if (found.row !== undefined && found.id !== undefined) {
    const names = seen.current && !replaced ? seen.current.names : nameOf(found.row);
    seen.current = { id: found.id, names, row: found.row, reference };
  }
  const first = seen.current?.names[0];
  const now = found.row && nameOf(found.row)[0];
  return {
    engine,
    row: found.row ?? (lost ? undefined : seen.current?.row),
    lost,
    goneAt: isGone ? goneAt : undefined,
    renamedFrom: first !== undefined && now !== undefined && first !== now ? first : undefined,
    replaced: wasReplaced,
  };
}

function find<R extends { id: string }>(
  rows: ReadonlyMap<string, R> | undefined,
  knownId: string | undefined,
  reference: string,
  nameOf: (row: R) => readonly string[],
): Found<R> {
  if (!rows) return { row: undefined, id: undefined };
  const direct = rows.get(knownId ?? reference);
  if (direct) return { row: direct, id: direct.id };
  let byPrefix: R | undefined;
  for (const row of rows.values()) {
    if (nameOf(row).includes(reference)) return { row, id: row.id };
    // As docker does: twelve characters are enough to be meant.
    if (reference.length >= 12 && row.id.replace(/^sha256:/, '').startsWith(reference.replace(/^sha256:/, '')))
      byPrefix = row;
  }
  return { row: byPrefix, id: byPrefix?.id };
}
