'use client';
import { Download, Eraser } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
import { type FormValues, formValue, type Task } from '#components/resource/descriptor.ts';
import { isPrunedOneByOne, rowsNow } from '#components/resource/one-by-one.ts';
import { GoingList } from '#components/resource/preview.tsx';
import {
  commandsPerEngine,
  deleteStep,
  dockerCommand,
  enginesField,
  onEngines,
  postStep,
  queryOf,
} from '#components/resource/steps.ts';
import { formatBytes, formatCount } from '#lib/shared/format.ts';
import type { ImageRow } from '#lib/shared/inventory.ts';
import type { JobStep } from '#lib/shared/realtime.ts';
import { imageName } from './image-name.ts';
import { checkReference, splitReference } from './reference.ts';

export const pullImage: Task = {
  id: 'pull-image',
  label: 'Pull',
  icon: Download,
  hotkey: 'P',
  needs: 'image.pull',
  primary: true,
  form: (context) => ({
    title: 'Pull an image',
    fields: [
      {
        kind: 'text',
        name: 'reference',
        label: 'Image',
        initial: '',
        placeholder: 'nginx:1.27',
        mono: true,
        hint: 'Without a tag: latest. Stored credentials for its registry are used.',
        check: checkReference,
      },
      enginesField(context),
      {
        kind: 'text',
        name: 'platform',
        label: 'Platform (optional)',
        initial: '',
        placeholder: 'linux/arm64',
        mono: true,
      },
    ],
    confirmLabel: 'Pull',
  }),
  job: (values) => {
    const reference = formValue.text(values, 'reference');
    const { name, tag = 'latest', digest } = splitReference(reference);
    const query = queryOf({ fromImage: name, tag: digest ?? tag, platform: formValue.text(values, 'platform') });
    return {
      title: `Pull ${reference}`,
      steps: formValue
        .list(values, 'engines')
        .map((engine) => postStep(engine, `/images/create${query}`, `pull ${reference} on ${engine}`)),
    };
  },
  commands: (values) => {
    const platform = formValue.text(values, 'platform');
    return onEngines(
      formValue.list(values, 'engines'),
      dockerCommand('pull', platform && `--platform=${platform}`, formValue.text(values, 'reference')),
    );
  },
};

function isGoing(row: ImageRow, values: FormValues): boolean {
  return row.containers === 0 && (formValue.check(values, 'all') || row.tags.length === 0);
}

/** By its names in sight: another team's name on the same image stays, and with it the image. */
function namesOf(row: ImageRow): readonly string[] {
  return row.tags.length > 0 ? row.tags : row.digests;
}

function pruneSteps(engine: string, values: FormValues): JobStep[] {
  if (!isPrunedOneByOne(engine, 'image.prune')) {
    const filters = JSON.stringify({ dangling: [formValue.check(values, 'all') ? 'false' : 'true'] });
    return [postStep(engine, `/images/prune${queryOf({ filters })}`, `prune images on ${engine}`)];
  }
  return rowsNow('image', engine)
    .filter((row) => isGoing(row, values))
    .flatMap(namesOf)
    .map((name) => deleteStep(engine, `/images/${encodeURIComponent(name)}`, `remove ${name} on ${engine}`));
}

function Preview({ values }: { values: FormValues }) {
  const engines = formValue.list(values, 'engines');
  const all = formValue.check(values, 'all');
  const going = (useRows('image') ?? []).filter((row) => engines.includes(row.engine) && isGoing(row, values));
  const bytes = going.reduce((sum, row) => sum + Math.max(row.sizeBytes, 0), 0);
  return (
    <GoingList
      none={all ? 'Every image there is in use.' : 'There is no image without a tag there.'}
      note={`at most ${formatBytes(bytes)}, as layers may be shared`}
      items={going.map((row) => ({
        key: `${row.engine}/${row.id}`,
        name: imageName(row),
        note: `${row.engine} · ${formatBytes(row.sizeBytes)}`,
      }))}
    />
  );
}

export const pruneImages: Task = {
  id: 'prune-images',
  label: 'Prune',
  icon: Eraser,
  needs: 'image.prune',
  oneByOne: 'image.remove',
  danger: true,
  form: (context) => ({
    title: 'Remove unused images',
    fields: [
      enginesField(context),
      {
        kind: 'check',
        name: 'all',
        label: 'Also tagged ones that no container uses',
        hint: 'They have to be pulled or built again when they are wanted.',
        initial: false,
      },
    ],
    check: (values) =>
      formValue.list(values, 'engines').some((engine) => pruneSteps(engine, values).length > 0)
        ? undefined
        : 'Nothing would go.',
    confirmLabel: 'Remove them',
    Preview,
  }),
  job: (values) => {
    const engines = formValue.list(values, 'engines');
    return {
      title: `Prune images on ${formatCount(engines.length, 'engine')}`,
      steps: engines.flatMap((engine) => pruneSteps(engine, values)),
    };
  },
  commands: (values) =>
    commandsPerEngine(formValue.list(values, 'engines'), (engine) =>
      isPrunedOneByOne(engine, 'image.prune')
        ? rowsNow('image', engine)
            .filter((row) => isGoing(row, values))
            .flatMap(namesOf)
            .map((name) => dockerCommand('image', 'rm', name))
        : [dockerCommand('image', 'prune', '--force', formValue.check(values, 'all') && '--all')],
    ),
};
