import { Eraser } from 'lucide-react';
import { formValue, type Task } from '#components/resource/descriptor.ts';
import { dockerCommand, enginesField, onEngines, postStep, queryOf } from '#components/resource/steps.ts';
import { formatCount } from '#lib/shared/format.ts';

export const pruneBuildCache: Task = {
  id: 'prune-build-cache',
  label: 'Prune',
  icon: Eraser,
  needs: 'build.prune',
  danger: true,
  form: (context) => ({
    title: 'Remove build cache',
    intro: 'The next builds take longer; nothing else is lost. The engine does not tell beforehand what will go.',
    fields: [
      enginesField(context),
      { kind: 'check', name: 'all', label: 'Also cache that a recent build could still use', initial: false },
    ],
    confirmLabel: 'Remove it',
  }),
  job: (values) => {
    const engines = formValue.list(values, 'engines');
    const query = queryOf({ all: formValue.check(values, 'all') });
    return {
      title: `Prune build cache on ${formatCount(engines.length, 'engine')}`,
      steps: engines.map((engine) => postStep(engine, `/build/prune${query}`, `prune build cache on ${engine}`)),
    };
  },
  commands: (values) =>
    onEngines(
      formValue.list(values, 'engines'),
      dockerCommand('builder', 'prune', '--force', formValue.check(values, 'all') && '--all'),
    ),
};
