'use client';
import { Eraser, Plus } from 'lucide-react';
import { useRows } from '#components/live/inventory-store.ts';
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
} from '#components/resource/steps.ts';
import { formatCount } from '#lib/shared/format.ts';
import type { NetworkRow } from '#lib/shared/inventory.ts';
import type { JobStep } from '#lib/shared/realtime.ts';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export const createNetwork: Task = {
  id: 'create-network',
  label: 'Create',
  icon: Plus,
  hotkey: 'N',
  needs: 'network.create',
  primary: true,
  form: (context) => ({
    title: 'Create a network',
    fields: [
      {
        kind: 'text',
        name: 'name',
        label: 'Name',
        initial: '',
        mono: true,
        check: (value) => (namePattern.test(value) ? undefined : 'Letters, digits, dots, hyphens and underscores.'),
      },
      enginesField(context),
      {
        kind: 'select',
        name: 'driver',
        label: 'Driver',
        initial: 'bridge',
        options: ['bridge', 'overlay', 'macvlan', 'ipvlan'].map((value) => ({ value, label: value })),
      },
      {
        kind: 'text',
        name: 'subnet',
        label: 'Subnet (optional)',
        initial: '',
        placeholder: '10.20.0.0/16',
        mono: true,
      },
      {
        kind: 'text',
        name: 'gateway',
        label: 'Gateway (optional)',
        initial: '',
        placeholder: '10.20.0.1',
        mono: true,
        when: (values) => formValue.text(values, 'subnet') !== '',
      },
      { kind: 'check', name: 'internal', label: 'Internal', hint: 'No way out of it to the world.', initial: false },
      {
        kind: 'check',
        name: 'attachable',
        label: 'Attachable',
        hint: 'Single containers may join an overlay.',
        initial: false,
        when: (values) => formValue.text(values, 'driver') === 'overlay',
      },
      { kind: 'lines', name: 'labels', label: 'Labels (optional)', initial: '', placeholder: 'team=web' },
    ],
    confirmLabel: 'Create',
    Preview: ScopeNote,
  }),
  job: (values) => {
    const name = formValue.text(values, 'name');
    const [subnet, gateway] = [formValue.text(values, 'subnet'), formValue.text(values, 'gateway')];
    const body = {
      Name: name,
      Driver: formValue.text(values, 'driver'),
      Internal: formValue.check(values, 'internal'),
      Attachable: formValue.check(values, 'attachable'),
      Labels: parsePairs(formValue.text(values, 'labels')),
      ...(subnet ? { IPAM: { Config: [{ Subnet: subnet, ...(gateway ? { Gateway: gateway } : {}) }] } } : {}),
    };
    return {
      title: `Create network ${name}`,
      steps: formValue
        .list(values, 'engines')
        .map((engine) => postStep(engine, '/networks/create', `create network ${name} on ${engine}`, body)),
    };
  },
  commands: (values) => {
    const text = (name: string) => formValue.text(values, name);
    const labels = Object.entries(parsePairs(text('labels'))).map(([key, value]) => `--label=${key}=${value}`);
    return onEngines(
      formValue.list(values, 'engines'),
      dockerCommand(
        'network',
        'create',
        text('driver') !== 'bridge' && `--driver=${text('driver')}`,
        text('subnet') && `--subnet=${text('subnet')}`,
        text('gateway') && `--gateway=${text('gateway')}`,
        formValue.check(values, 'internal') && '--internal',
        formValue.check(values, 'attachable') && '--attachable',
        ...labels,
        text('name'),
      ),
    );
  },
};

function isGoing(row: NetworkRow): boolean {
  return !row.builtIn && row.containers === 0 && isRemovable(row);
}

function pruneSteps(engine: string): JobStep[] {
  if (!isPrunedOneByOne(engine, 'network.prune'))
    return [postStep(engine, '/networks/prune', `prune networks on ${engine}`)];
  return rowsNow('network', engine)
    .filter(isGoing)
    .map((row) => deleteStep(engine, `/networks/${row.id}`, `remove ${row.name} on ${engine}`));
}

function Preview({ values }: { values: FormValues }) {
  const engines = formValue.list(values, 'engines');
  const going = (useRows('network') ?? []).filter((row) => engines.includes(row.engine) && isGoing(row));
  return (
    <GoingList
      none="Every network there is in use."
      items={going.map((row) => ({
        key: `${row.engine}/${row.id}`,
        name: row.name,
        note: `${row.engine} · ${row.driver}`,
      }))}
    />
  );
}

export const pruneNetworks: Task = {
  id: 'prune-networks',
  label: 'Prune',
  icon: Eraser,
  needs: 'network.prune',
  oneByOne: 'network.remove',
  danger: true,
  form: (context) => ({
    title: 'Remove networks that no container uses',
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
      title: `Prune networks on ${formatCount(engines.length, 'engine')}`,
      steps: engines.flatMap(pruneSteps),
    };
  },
  commands: (values) =>
    commandsPerEngine(formValue.list(values, 'engines'), (engine) =>
      isPrunedOneByOne(engine, 'network.prune')
        ? rowsNow('network', engine)
            .filter(isGoing)
            .map(({ name }) => dockerCommand('network', 'rm', name))
        : [dockerCommand('network', 'prune', '--force')],
    ),
};
