'use client';
import { Eraser } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import { type FormValues, formValue, type Task } from '#components/resource/descriptor.ts';
import { isPrunedOneByOne, isRemovable, rowsNow } from '#components/resource/one-by-one.ts';
import { GoingList } from '#components/resource/preview.tsx';
import { commandsPerEngine, deleteStep, dockerCommand, enginesField, postStep } from '#components/resource/steps.ts';
import { formatCount } from '#lib/shared/format.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import type { JobStep } from '#lib/shared/realtime.ts';
import { isStopped } from './container-state.tsx';

function isGoing(row: ContainerRow): boolean {
  return isStopped(row) && isRemovable(row);
}

function pruneSteps(engine: string): JobStep[] {
  if (!isPrunedOneByOne(engine, 'container.prune'))
    return [postStep(engine, '/containers/prune', `prune containers on ${engine}`)];
  return rowsNow('container', engine)
    .filter(isGoing)
    .map((row) => deleteStep(engine, `/containers/${row.id}`, `remove ${row.name} on ${engine}`));
}

function Preview({ values }: { values: FormValues }) {
  const engines = formValue.list(values, 'engines');
  const going = (useRows('container') ?? []).filter((row) => engines.includes(row.engine) && isGoing(row));
  return (
    <GoingList
      none="There is no stopped container there."
      items={going.map((row) => ({
        key: `${row.engine}/${row.id}`,
        name: row.name,
        note: `${row.engine} · ${row.state}`,
      }))}
    />
  );
}

export const pruneContainers: Task = {
  id: 'prune-containers',
  label: 'Prune',
  icon: Eraser,
  needs: 'container.prune',
  oneByOne: 'container.remove',
  danger: true,
  form: (context) => ({
    title: 'Remove all stopped containers',
    intro: 'With everything written inside them, outside their volumes. What stops until then goes too.',
    fields: [enginesField(context)],
    check: (values) =>
      formValue.list(values, 'engines').some((engine) => pruneSteps(engine).length > 0)
        ? undefined
        : 'Nothing would go.',
    confirmLabel: 'Remove them',
    Preview,
  }),
  job: (values) => {
    const engines = formValue.list(values, 'engines');
    return {
      title: `Prune containers on ${formatCount(engines.length, 'engine')}`,
      steps: engines.flatMap(pruneSteps),
    };
  },
  commands: (values) =>
    commandsPerEngine(formValue.list(values, 'engines'), (engine) =>
      isPrunedOneByOne(engine, 'container.prune')
        ? rowsNow('container', engine)
            .filter(isGoing)
            .map(({ name }) => dockerCommand('container', 'rm', name))
        : [dockerCommand('container', 'prune', '--force')],
    ),
};
