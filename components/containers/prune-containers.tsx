'use client';
import { Eraser } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import { type FormValues, formValue, type Task } from '#components/resource/descriptor.ts';
import { GoingList } from '#components/resource/preview.tsx';
import { dockerCommand, enginesField, onEngines, postStep } from '#components/resource/steps.ts';
import { formatCount } from '#lib/shared/format.ts';
import { isStopped } from './container-state.tsx';

function Preview({ values }: { values: FormValues }) {
  const engines = formValue.list(values, 'engines');
  const going = (useRows('container') ?? []).filter((row) => engines.includes(row.engine) && isStopped(row));
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
  danger: true,
  form: (context) => ({
    title: 'Remove all stopped containers',
    intro: 'With everything written inside them, outside their volumes. What stops until then goes too.',
    fields: [enginesField(context)],
    confirmLabel: 'Remove them',
    Preview,
  }),
  job: (values) => {
    const engines = formValue.list(values, 'engines');
    return {
      title: `Prune containers on ${formatCount(engines.length, 'engine')}`,
      steps: engines.map((engine) => postStep(engine, '/containers/prune', `prune containers on ${engine}`)),
    };
  },
  commands: (values) => onEngines(formValue.list(values, 'engines'), dockerCommand('container', 'prune', '--force')),
};
