import { rowObject } from '#lib/gateway/scope/row-objects.ts';
import type { Runtime } from '#lib/runtime.ts';
import type { EngineRef, ScopeObject } from '#lib/shared/access.ts';
import type { InventoryRow } from '#lib/shared/inventory.ts';

export type ObjectKind = InventoryRow['kind'];

/** An object of an engine as the watch knows it, by name, id or the beginning of an id. */
export interface FoundObject {
  id: string;
  name: string;
  object: ScopeObject;
}

/** What is there now of that kind and name; undefined: nothing. */
export function findObject(
  { engines }: Pick<Runtime, 'engines'>,
  engine: EngineRef,
  kind: ObjectKind,
  asked: string,
): FoundObject | undefined {
  const { rows } = engines.snapshot(engine.id, [kind]);
  const named = rows.find((row) => namesOf(row).includes(asked) || row.id === asked);
  const bare = asked.replace(/^sha256:/, '');
  const begins = (row: InventoryRow) => bare.length >= 4 && row.id.replace(/^sha256:/, '').startsWith(bare);
  const row = named ?? rows.find(begins);
  if (!row) return undefined;
  // Where not all is known that decides, no scope reaches it: an object without a name.
  return { id: row.id, name: namesOf(row)[0] ?? row.id, object: rowObject(row) ?? { kind, names: [] } };
}

function namesOf(row: InventoryRow): string[] {
  if (row.kind !== 'image') return [row.name];
  return [...row.tags, ...row.digests].filter((name) => !name.startsWith('<none>'));
}
