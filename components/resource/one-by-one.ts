import { isScopedNow, mayNow } from '#components/live/capabilities-store.ts';
import type { RowOf } from '#components/live/inventory-state.ts';
import { useInventory } from '#components/live/inventory-store.ts';
import { sharedLabel } from '#lib/shared/access.ts';
import type { InventoryKind } from '#lib/shared/inventory.ts';
import type { EngineOperation } from '#lib/shared/operations.ts';

/**
 * Whether what goes from this engine is removed one by one. An engine's own prune takes everybody's, so whoever sees
 * only a part of an engine may not ask for it; what the preview shows is removed by single requests instead.
 */
export function isPrunedOneByOne(engine: string, prune: EngineOperation): boolean {
  return isScopedNow(engine) && !mayNow(engine, prune);
}

/** The rows of an engine as they are now. */
export function rowsNow<K extends InventoryKind>(kind: K, engine: string): readonly RowOf[K][] {
  const rows: ReadonlyMap<string, RowOf[K]> | undefined = useInventory.getState().inventory[engine]?.rows[kind];
  return [...(rows?.values() ?? [])];
}

/** What others share is seen with a scope, and only they may remove it. */
export function isRemovable(row: { engine: string; labels: Readonly<Record<string, string>> }): boolean {
  return !isScopedNow(row.engine) || row.labels[sharedLabel] !== 'true';
}
