'use client';
import { useMemo } from 'react';
import { create } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { EngineStatus, InventoryChange, InventoryKind, InventorySnapshot } from '#lib/shared/inventory.ts';
import { applyChange, applySnapshot, findRow, type Inventory, keepEngines, type RowOf } from './inventory-state.ts';

interface InventoryState {
  /** `opening`: not yet answered; `live`: changes come; `lost`: what is shown is of `lostAt`. */
  link: 'opening' | 'live' | 'lost';
  lostAt: number | undefined;
  /** Why the inventory could not be opened, in the server's words. */
  problem: string | undefined;
  /** Undefined: not known yet. Empty: this person sees no engine. */
  engines: readonly EngineStatus[] | undefined;
  inventory: Inventory;
}

/** One store for everything that the watch tells. Fed by live-connection.ts alone; read by the hooks below. */
export const useInventory = create<InventoryState>()(() => ({
  link: 'opening',
  lostAt: undefined,
  problem: undefined,
  engines: undefined,
  inventory: {},
}));

export function setEngines(engines: readonly EngineStatus[]): void {
  const names = new Set(engines.map((engine) => engine.name));
  useInventory.setState(({ inventory }) => ({ engines, inventory: keepEngines(inventory, names) }));
}

export function setSnapshots(snapshots: readonly InventorySnapshot[]): void {
  useInventory.setState(({ inventory }) => ({ inventory: snapshots.reduce(applySnapshot, inventory) }));
}

/** Applies changes in order; returns the engines of which a version was missed. */
export function addChanges(changes: readonly InventoryChange[]): Set<string> {
  const missed = new Set<string>();
  let { inventory } = useInventory.getState();
  for (const change of changes) {
    const result = applyChange(inventory, change);
    inventory = result.inventory;
    if (result.outcome === 'missed') missed.add(change.engine);
  }
  useInventory.setState({ inventory });
  return missed;
}

/**
 * All rows of one kind over all engines. Undefined: nothing is known of any engine yet. An engine that has not
 * answered adds no rows; `useUnknownEngines` names it, so that "unknown" is never shown as "none".
 */
export function useRows<K extends InventoryKind>(kind: K): readonly RowOf[K][] | undefined {
  const maps = useInventory(
    useShallow(({ inventory, link }) => {
      const known = Object.values(inventory).filter((engine) => engine.asOf !== undefined);
      if (known.length === 0 && link === 'opening') return undefined;
      return known.map((engine): ReadonlyMap<string, RowOf[K]> => engine.rows[kind]);
    }),
  );
  return useMemo(() => maps?.flatMap((map) => [...map.values()]), [maps]);
}

/** One row, live. Undefined: not there (or not known yet; see `useInventory`). */
export function useRow<K extends InventoryKind>(kind: K, engine: string, id: string): RowOf[K] | undefined {
  return useInventory(({ inventory }): RowOf[K] | undefined => {
    const rows: ReadonlyMap<string, RowOf[K]> | undefined = inventory[engine]?.rows[kind];
    return rows?.get(id);
  });
}

/** Names of engines of which nothing is known yet. */
export function useUnknownEngines(): readonly string[] {
  return useInventory(
    useShallow(({ engines, inventory }) =>
      (engines ?? []).filter(({ name }) => inventory[name]?.asOf === undefined).map(({ name }) => name),
    ),
  );
}

/** The state of each engine that this person sees; undefined: not known yet. */
export function useEngines(): readonly EngineStatus[] | undefined {
  return useInventory(({ engines }) => engines);
}

/** By name or alias. */
export function useEngine(name: string): EngineStatus | undefined {
  return useInventory(({ engines }) =>
    engines?.find((engine) => engine.name === name || engine.aliases.includes(name)),
  );
}

/** The one row that a reference means, as docker reads them: full id, name, or the beginning of an id. */
export function useFound<K extends InventoryKind>(kind: K, engine: string, reference: string): RowOf[K] | undefined {
  const name = useEngine(engine)?.name ?? engine;
  return useInventory(({ inventory }) => {
    const rows: ReadonlyMap<string, RowOf[K]> | undefined = inventory[name]?.rows[kind];
    return rows && findRow(rows, reference);
  });
}
