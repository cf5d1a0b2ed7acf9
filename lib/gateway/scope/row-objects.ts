import type { ScopeObject } from '#lib/shared/access.ts';
import { sharedLabel } from '#lib/shared/access.ts';
import type { ContainerRow, InventoryRow, NetworkRow, VolumeRow } from '#lib/shared/inventory.ts';
import { wholeLabels } from '#lib/shared/inventory.ts';
import { isAnonymousVolume } from './objects.ts';

/** A network's name may be cut in its row (see read-rows.ts); longer ones are in no scope. */
const nameCharsMax = 1000;

/** A row as grants look at it; undefined: not all is known that decides, so nobody with a scope sees it. */
export function rowObject(row: InventoryRow): ScopeObject | undefined {
  if (row.kind === 'image') return { kind: 'image', names: [...row.tags, ...row.digests] };
  const labels = labelsOf(row);
  if (!labels || row.name.length > nameCharsMax) return undefined;
  const object: ScopeObject = { kind: row.kind, names: row.name === '' ? [] : [row.name], labels };
  if (labels[sharedLabel] === 'true' || isEverybodys(row)) object.shared = true;
  return object;
}

/** Whether the volume is its containers', as the door has it. */
export function followsContainers(row: VolumeRow): boolean {
  const labels = labelsOf(row);
  return labels !== null && isAnonymousVolume({ kind: 'volume', names: [row.name], labels });
}

/** Docker's own, in which everybody's containers begin. */
function isEverybodys(row: ContainerRow | NetworkRow | VolumeRow): boolean {
  return row.kind === 'network' && (row.name === 'bridge' || row.name === 'none');
}

function labelsOf(row: ContainerRow | NetworkRow | VolumeRow) {
  const whole = row[wholeLabels];
  return whole === undefined ? row.labels : whole;
}
