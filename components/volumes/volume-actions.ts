import { Trash2 } from 'lucide-react';
import { type Action, formValue, type JobAction } from '#components/resource/descriptor.ts';
import { deleteStep, dockerCommand, queryOf } from '#components/resource/steps.ts';
import type { VolumeRow } from '#lib/shared/inventory.ts';

export function volumeHref(row: Pick<VolumeRow, 'engine' | 'name'>): string {
  return `/engines/${encodeURIComponent(row.engine)}/volumes/${encodeURIComponent(row.name)}`;
}

/** Anonymous ones are named by 64 characters that nobody reads. */
export function volumeName(row: Pick<VolumeRow, 'name' | 'anonymous'>): string {
  return row.anonymous && row.name.length > 20 ? `${row.name.slice(0, 12)}…` : row.name;
}

const remove: JobAction<VolumeRow> = {
  kind: 'job',
  id: 'remove',
  label: 'Remove',
  icon: Trash2,
  hotkey: 'd',
  needs: 'volume.remove',
  danger: true,
  doing: 'removing',
  bulk: true,
  refuse: (row) => (row.containers > 0 ? 'Containers use it; remove them first.' : undefined),
  form: (rows) => {
    const [row] = rows;
    const named = rows.filter(({ anonymous }) => !anonymous);
    return {
      title: rows.length === 1 && row ? `Remove ${volumeName(row)}?` : `Remove ${rows.length} volumes?`,
      losses:
        rows.length > 8
          ? [`All data in these ${rows.length} volumes`]
          : rows.map((each) => `All data in ${volumeName(each)}`),
      fields: [
        { kind: 'check', name: 'force', label: 'Force', hint: 'Also when its driver has lost it.', initial: false },
      ],
      typeToConfirm:
        named.length === 0 ? undefined : rows.length === 1 && row ? row.name : `remove ${rows.length} volumes`,
      confirmLabel: 'Remove',
    };
  },
  steps: (row, values) => [
    deleteStep(
      row.engine,
      `/volumes/${encodeURIComponent(row.name)}${queryOf({ force: formValue.check(values, 'force') })}`,
      `remove ${volumeName(row)}`,
    ),
  ],
  command: (row, values) => dockerCommand('volume', 'rm', formValue.check(values, 'force') && '-f', row.name),
};

export const volumeActions: readonly Action<VolumeRow>[] = [remove];
