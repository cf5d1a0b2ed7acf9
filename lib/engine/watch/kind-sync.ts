import type { ImageRow, InventoryRow, NetworkRow, VolumeRow } from '#lib/shared/inventory.ts';
import type { Inventory } from './inventory.ts';
import { createListLoop } from './list-loop.ts';

/** Keeps one kind (images, networks or volumes) true by whole lists: they are short and change seldom. */
export interface KindSync {
  touch(): void;
  /** Lists now; resolves when it is applied. */
  listAll(): Promise<void>;
}

/** A list that was overtaken by an event is thrown away and asked for again, this many times in a row at most. */
const overtakenMax = 3;

export function createKindSync<Row extends ImageRow | NetworkRow | VolumeRow>(options: {
  kind: Row['kind'];
  inventory: Inventory;
  list: () => Promise<unknown[]>;
  read: (answers: unknown[]) => Promise<Row[]>;
  onFailure: (error: unknown) => void;
  signal: AbortSignal;
}): KindSync {
  const { kind, inventory, list, read, onFailure, signal } = options;
  let dirty = false;
  let overtaken = 0;
  let waiters: (() => void)[] = [];
  const finish = () => {
    const done = waiters;
    waiters = [];
    for (const resolve of done) resolve();
  };
  signal.addEventListener('abort', finish);

  const loop = createListLoop({
    due: () => dirty,
    async step() {
      dirty = false;
      let rows: Row[];
      try {
        rows = await read(await list());
      } catch (error) {
        dirty = true;
        throw error;
      }
      if (dirty && ++overtaken <= overtakenMax) return;
      overtaken = 0;
      apply(rows);
      if (!dirty) finish();
    },
    onFailure(error) {
      dirty = false;
      finish();
      onFailure(error);
    },
    signal,
  });

  function apply(rows: InventoryRow[]): void {
    const seen = new Set(rows.map(({ id }) => id));
    for (const row of rows) inventory.set(row);
    for (const id of [...inventory.ids(kind)]) if (!seen.has(id)) inventory.remove(kind, id);
  }

  return {
    touch() {
      dirty = true;
      loop.kick();
    },
    listAll() {
      dirty = true;
      const done = new Promise<void>((resolve) => waiters.push(resolve));
      loop.kick();
      return done;
    },
  };
}
