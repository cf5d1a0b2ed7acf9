'use client';
import { Eraser, Plus } from 'lucide-react';
import { useInventory, useRows } from '#components/live/inventory-store.ts';
import { type FormValues, formValue, type Task } from '#components/resource/descriptor.ts';
import { isPrunedOneByOne, isRemovable, rowsNow } from '#components/resource/one-by-one.ts';
import { GoingList } from '#components/resource/preview.tsx';
import { ScopeNote } from '#components/resource/scope-note.tsx';
import {
  commandsPerEngine,
  deleteStep,
  dockerCommand,
  enginesField,
  onEngines,
  parsePairs,
  postStep,
  queryOf,
} from '#components/resource/steps.ts';
import { formatCount } from '#lib/shared/format.ts';
import type { VolumeRow } from '#lib/shared/inventory.ts';
import type { JobStep } from '#lib/shared/realtime.ts';
import { volumeName } from './volume-actions.ts';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export const createVolume: Task = {
  id: 'create-volume',
  label: 'Create',
  icon: Plus,
  hotkey: 'N',
  needs: 'volume.create',
  primary: true,
  form: (context) => ({
    title: 'Create a volume',
    fields: [
      {
        kind: 'text',
        name: 'name',
        label: 'Name',
        initial: '',
        mono: true,
        check: (value) =>
          namePattern.test(value) ? undefined : 'Letters, digits, dots, hyphens and underscores; at least two.',
      },
      enginesField(context),
      { kind: 'text', name: 'driver', label: 'Driver', initial: 'local', mono: true },
      {
        kind: 'lines',
        name: 'options',
        label: 'Driver options (optional)',
        initial: '',
        placeholder: 'type=tmpfs',
        hint: 'Options that reach the host (type, o, device) need a role with host access.',
      },
      { kind: 'lines', name: 'labels', label: 'Labels (optional)', initial: '', placeholder: 'team=web' },
    ],
    confirmLabel: 'Create',
    Preview: ScopeNote,
  }),
  job: (values) => {
    const name = formValue.text(values, 'name');
    const body = {
      Name: name,
      Driver: formValue.text(values, 'driver') || 'local',
      DriverOpts: parsePairs(formValue.text(values, 'options')),
      Labels: parsePairs(formValue.text(values, 'labels')),
    };
    return {
      title: `Create volume ${name}`,
      steps: formValue
        .list(values, 'engines')
        .map((engine) => postStep(engine, '/volumes/create', `create volume ${name} on ${engine}`, body)),
    };
  },
  commands: (values) => {
    const pairs = (name: string, flag: string) =>
      Object.entries(parsePairs(formValue.text(values, name))).map(([key, value]) => `${flag}=${key}=${value}`);
    const driver = formValue.text(values, 'driver');
    return onEngines(
      formValue.list(values, 'engines'),
      dockerCommand(
        'volume',
        'create',
        driver && driver !== 'local' && `--driver=${driver}`,
        ...pairs('options', '--opt'),
        ...pairs('labels', '--label'),
        formValue.text(values, 'name'),
      ),
    );
  },
};

/** Since API 1.42 the engine's own prune takes anonymous volumes alone unless it is told `all`; before, it takes both. */
function tellsAnonymousApart(engine: string): boolean {
  const version = useInventory.getState().engines?.find(({ name }) => name === engine)?.apiVersion ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || minor >= 42;
}

function asksEngine(engine: string): boolean {
  return tellsAnonymousApart(engine) && !isPrunedOneByOne(engine, 'volume.prune');
}

function isGoing(row: VolumeRow, values: FormValues): boolean {
  return row.containers === 0 && (formValue.check(values, 'all') || row.anonymous) && isRemovable(row);
}

function Preview({ values }: { values: FormValues }) {
  const engines = formValue.list(values, 'engines');
  const going = (useRows('volume') ?? []).filter((row) => engines.includes(row.engine) && isGoing(row, values));
  return (
    <GoingList
      none={
        formValue.check(values, 'all') ? 'Every volume there is in use.' : 'There is no unused anonymous volume there.'
      }
      note="with all data inside"
      items={going.map((row) => ({ key: `${row.engine}/${row.id}`, name: volumeName(row), note: row.engine }))}
    />
  );
}

function pruneSteps(engine: string, values: FormValues): JobStep[] {
  const all = formValue.check(values, 'all');
  if (asksEngine(engine)) {
    const filters = all ? JSON.stringify({ all: ['true'] }) : undefined;
    return [postStep(engine, `/volumes/prune${queryOf({ filters })}`, `prune volumes on ${engine}`)];
  }
  // An older engine would take named ones unasked: exactly what the preview showed is removed, one by one.
  return rowsNow('volume', engine)
    .filter((row) => isGoing(row, values))
    .map((row) =>
      deleteStep(engine, `/volumes/${encodeURIComponent(row.name)}`, `remove ${volumeName(row)} on ${engine}`),
    );
}

export const pruneVolumes: Task = {
  id: 'prune-volumes',
  label: 'Prune',
  icon: Eraser,
  needs: 'volume.prune',
  oneByOne: 'volume.remove',
  danger: true,
  form: (context) => ({
    title: 'Remove volumes that no container uses',
    fields: [
      enginesField(context),
      {
        kind: 'check',
        name: 'all',
        label: 'Also named ones',
        hint: 'Somebody gave them a name to keep what is in them.',
        initial: false,
      },
    ],
    check: (values) =>
      formValue.list(values, 'engines').some((engine) => pruneSteps(engine, values).length > 0)
        ? undefined
        : 'Nothing would go.',
    typeToConfirm: 'remove the data',
    confirmLabel: 'Remove them',
    Preview,
  }),
  job: (values) => {
    const engines = formValue.list(values, 'engines');
    return {
      title: `Prune volumes on ${formatCount(engines.length, 'engine')}`,
      steps: engines.flatMap((engine) => pruneSteps(engine, values)),
    };
  },
  commands: (values) =>
    commandsPerEngine(formValue.list(values, 'engines'), (engine) =>
      asksEngine(engine)
        ? [dockerCommand('volume', 'prune', '--force', formValue.check(values, 'all') && '--all')]
        : pruneSteps(engine, values).map(({ path }) =>
            dockerCommand('volume', 'rm', decodeURIComponent(path.slice('/volumes/'.length))),
          ),
    ),
};
