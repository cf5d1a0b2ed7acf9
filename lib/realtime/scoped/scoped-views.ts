import type { Engines } from '#lib/engine/types.ts';
import type { InventoryChange } from '#lib/shared/inventory.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { createMirror, type Mirror } from './mirror.ts';
import { createScopedRows, type ScopedRows, type Sees } from './scoped-rows.ts';

/** What those with scopes see, worked out once for all who see the same. */
export interface ScopedViews {
  /** Give back with `leave`. */
  enter(engineId: string, key: string, sees: Sees): ScopedRows;
  leave(engineId: string, key: string): void;
  /** The change as each of the engine's views has it, by key. */
  apply(engineId: string, change: InventoryChange): ReadonlyMap<string, InventoryChange>;
  /** Everything anew from the engine's snapshot. */
  reset(engineId: string): void;
}

interface Place {
  mirror: Mirror;
  views: Map<string, { rows: ScopedRows; users: number }>;
}

/** Costs nothing for engines that nobody with a scope looks at. */
export function createScopedViews(engines: Pick<Engines, 'snapshot' | 'find'>): ScopedViews {
  const places = new Map<string, Place>();

  function placeOf(engineId: string): Place {
    const known = places.get(engineId);
    if (known) return known;
    const mirror = createMirror();
    mirror.reset(engines.snapshot(engineId, inventoryKinds).rows);
    const place: Place = { mirror, views: new Map() };
    places.set(engineId, place);
    return place;
  }

  return {
    enter(engineId, key, sees) {
      const { mirror, views } = placeOf(engineId);
      let view = views.get(key);
      if (!view) {
        view = { rows: createScopedRows(mirror, sees), users: 0 };
        view.rows.reset();
        views.set(key, view);
      }
      view.users++;
      return view.rows;
    },
    leave(engineId, key) {
      const place = places.get(engineId);
      const view = place?.views.get(key);
      if (!place || !view) return;
      if (--view.users > 0) return;
      place.views.delete(key);
      if (place.views.size === 0) places.delete(engineId);
    },
    apply(engineId, change) {
      const told = new Map<string, InventoryChange>();
      const place = places.get(engineId);
      if (!place) return told;
      const followers = place.mirror.apply(change);
      for (const [key, { rows }] of place.views) told.set(key, rows.apply(change, followers));
      return told;
    },
    reset(engineId) {
      const place = places.get(engineId);
      if (!place || !engines.find(engineId)) return;
      place.mirror.reset(engines.snapshot(engineId, inventoryKinds).rows);
      for (const { rows } of place.views.values()) rows.reset();
    },
  };
}
