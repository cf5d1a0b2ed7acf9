import { isInScope } from '#lib/authz/resource-scope.ts';
import type { ResourceScope, ScopeObject } from '#lib/shared/access.ts';
import { sharedLabel } from '#lib/shared/access.ts';
import type { EngineStatus, InventoryKind, InventoryRow } from '#lib/shared/inventory.ts';
import type { GrantDraft } from './grant-draft.ts';

export interface Reach {
  /** The engines on which the grant holds. */
  engines: string[];
  counts: Record<InventoryKind, number>;
  /** Some names of each kind, to recognise. */
  names: Record<InventoryKind, string[]>;
  /** Reached by everybody there, for reading and joining. */
  shared: number;
}

const namesMax = 6;

/** The engines on which a grant of that place holds. */
export function enginesAt<E extends Pick<EngineStatus, 'id' | 'tags'>>(
  scope: GrantDraft['scope'],
  engines: readonly E[],
): E[] {
  return engines.filter(
    ({ id, tags }) => scope.kind === 'all' || (scope.kind === 'tag' ? tags.includes(scope.value) : id === scope.value),
  );
}

/** What the grant reaches of what is there now, by the same function as the door decides. */
export function reachOf(
  draft: Pick<GrantDraft, 'scope' | 'resource'>,
  engines: readonly EngineStatus[],
  rows: readonly InventoryRow[],
): Reach {
  const at = enginesAt(draft.scope, engines).map(({ name }) => name);
  const names = new Set(at);
  const reach: Reach = {
    engines: at,
    counts: { container: 0, image: 0, network: 0, volume: 0 },
    names: { container: [], image: [], network: [], volume: [] },
    shared: 0,
  };
  for (const row of rows) {
    if (!names.has(row.engine)) continue;
    if (isReached(row, draft.resource)) {
      reach.counts[row.kind] += 1;
      const shown = reach.names[row.kind];
      const name = namesOf(row)[0] ?? row.id.slice(0, 12);
      if (shown.length < namesMax && !shown.includes(name)) shown.push(name);
    } else if (isShared(row)) reach.shared += 1;
  }
  return reach;
}

function isReached(row: InventoryRow, resource: ResourceScope | undefined): boolean {
  return resource === undefined || isInScope(resource, objectOf(row));
}

function objectOf(row: InventoryRow): ScopeObject {
  return { kind: row.kind, names: namesOf(row), labels: row.labels };
}

function namesOf(row: InventoryRow): readonly string[] {
  return row.kind === 'image' ? row.tags : [row.name];
}

function isShared(row: InventoryRow): boolean {
  if (row.kind === 'network' && (row.name === 'bridge' || row.name === 'none')) return true;
  return row.kind !== 'image' && row.labels[sharedLabel] === 'true';
}
