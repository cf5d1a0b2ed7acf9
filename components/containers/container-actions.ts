import { FileText, OctagonX, Pause, Pencil, Play, RotateCw, Square, SquareTerminal, Trash2 } from 'lucide-react';
import { type Action, formValue, type JobAction } from '#components/resource/descriptor.ts';
import { confirmMany, deleteStep, dockerCommand, postStep, queryOf } from '#components/resource/steps.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { isStopped } from './container-state.tsx';

export const containerNamePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

export function containerHref(row: Pick<ContainerRow, 'engine' | 'name'>): string {
  return `/engines/${encodeURIComponent(row.engine)}/containers/${encodeURIComponent(row.name)}`;
}

const names = (rows: readonly ContainerRow[]) => rows.map(({ name }) => name);
const is = (row: ContainerRow, ...states: string[]) => states.includes(row.state);

type Simple = Pick<JobAction<ContainerRow>, 'id' | 'label' | 'icon' | 'hotkey' | 'needs' | 'doing' | 'refuse'>;

/** An action that is one POST without anything to choose; asks only when it is about several. */
function simple(action: Simple): JobAction<ContainerRow> {
  const verb = action.id;
  return {
    ...action,
    kind: 'job',
    bulk: true,
    form: (rows) => confirmMany(action.label, names(rows), 'containers'),
    steps: (row) => [postStep(row.engine, `/containers/${row.id}/${verb}`, `${verb} ${row.name}`)],
    command: (row) => dockerCommand(verb, row.name),
  };
}

const signals = ['KILL', 'TERM', 'INT', 'HUP', 'QUIT', 'USR1', 'USR2', 'STOP', 'CONT'];

const kill: JobAction<ContainerRow> = {
  kind: 'job',
  id: 'kill',
  label: 'Kill',
  icon: OctagonX,
  hotkey: 'K',
  needs: 'container.kill',
  danger: true,
  doing: 'killing',
  bulk: true,
  refuse: (row) => (is(row, 'running', 'paused', 'restarting') ? undefined : 'It does not run.'),
  form: (rows) => ({
    title: rows.length === 1 ? `Kill ${rows[0]?.name}?` : `Kill ${rows.length} containers?`,
    intro: 'The signal goes to the main process at once, without the time that stop gives it to finish its work.',
    fields: [
      {
        kind: 'select',
        name: 'signal',
        label: 'Signal',
        initial: 'KILL',
        options: signals.map((value) => ({ value, label: `SIG${value}` })),
      },
    ],
    confirmLabel: 'Send the signal',
  }),
  steps: (row, values) => {
    const signal = formValue.text(values, 'signal') || 'KILL';
    return [
      postStep(row.engine, `/containers/${row.id}/kill${queryOf({ signal: `SIG${signal}` })}`, `kill ${row.name}`),
    ];
  },
  command: (row, values) => {
    const signal = formValue.text(values, 'signal') || 'KILL';
    return dockerCommand('kill', signal !== 'KILL' && `--signal=${signal}`, row.name);
  },
};

const rename: JobAction<ContainerRow> = {
  kind: 'job',
  id: 'rename',
  label: 'Rename',
  icon: Pencil,
  hotkey: 'n',
  needs: 'container.rename',
  doing: 'renaming',
  bulk: false,
  refuse: () => undefined,
  form: ([row]) => ({
    title: `Rename ${row?.name}`,
    fields: [
      {
        kind: 'text',
        name: 'name',
        label: 'New name',
        initial: row?.name ?? '',
        mono: true,
        check: (value) => {
          if (value === row?.name) return 'This is its name now.';
          return containerNamePattern.test(value)
            ? undefined
            : 'Letters, digits, dots, hyphens and underscores; at least two.';
        },
      },
    ],
    confirmLabel: 'Rename',
  }),
  steps: (row, values) => {
    const name = formValue.text(values, 'name');
    return [postStep(row.engine, `/containers/${row.id}/rename${queryOf({ name })}`, `rename ${row.name} to ${name}`)];
  },
  command: (row, values) => dockerCommand('rename', row.name, formValue.text(values, 'name')),
};

const remove: JobAction<ContainerRow> = {
  kind: 'job',
  id: 'remove',
  label: 'Remove',
  icon: Trash2,
  hotkey: 'd',
  needs: 'container.remove',
  danger: true,
  doing: 'removing',
  bulk: true,
  refuse: (row) => (is(row, 'removing') ? 'It is being removed.' : undefined),
  form: (rows) => {
    const alive = rows.filter((row) => !isStopped(row));
    return {
      title: rows.length === 1 ? `Remove ${rows[0]?.name}?` : `Remove ${rows.length} containers?`,
      losses: [
        ...(rows.length === 1
          ? ['Everything written inside the container, outside its volumes, and its log']
          : [
              `Everything written inside ${names(rows).slice(0, 12).join(', ')}${rows.length > 12 ? ` and ${rows.length - 12} more` : ''}, outside their volumes, and their logs`,
            ]),
      ],
      fields: [
        {
          kind: 'check',
          name: 'force',
          label: alive.length === 0 ? 'Force' : 'Force: kill what still runs',
          hint:
            alive.length > 0
              ? `Still alive: ${names(alive).slice(0, 8).join(', ')}${alive.length > 8 ? ' …' : ''}`
              : undefined,
          initial: false,
        },
        {
          kind: 'check',
          name: 'volumes',
          label: 'Also its anonymous volumes',
          hint: 'Named volumes stay.',
          initial: false,
        },
      ],
      check: (values) =>
        alive.length > 0 && alive.length === rows.length && !formValue.check(values, 'force')
          ? 'A container that runs is removed only by force.'
          : undefined,
      confirmLabel: 'Remove',
    };
  },
  steps: (row, values) => [
    deleteStep(
      row.engine,
      `/containers/${row.id}${queryOf({ force: formValue.check(values, 'force'), v: formValue.check(values, 'volumes') })}`,
      `remove ${row.name}`,
    ),
  ],
  command: (row, values) =>
    dockerCommand('rm', formValue.check(values, 'force') && '-f', formValue.check(values, 'volumes') && '-v', row.name),
};

export const containerActions: readonly Action<ContainerRow>[] = [
  simple({
    id: 'start',
    label: 'Start',
    icon: Play,
    hotkey: 'u',
    needs: 'container.start',
    doing: 'starting',
    refuse: (row) => (isStopped(row) ? undefined : 'It runs already.'),
  }),
  simple({
    id: 'stop',
    label: 'Stop',
    icon: Square,
    hotkey: 's',
    needs: 'container.stop',
    doing: 'stopping',
    refuse: (row) => (is(row, 'running', 'paused', 'restarting') ? undefined : 'It does not run.'),
  }),
  simple({
    id: 'restart',
    label: 'Restart',
    icon: RotateCw,
    hotkey: 'r',
    needs: 'container.restart',
    doing: 'restarting',
    refuse: (row) => (is(row, 'removing', 'dead') ? `It is ${row.state}.` : undefined),
  }),
  simple({
    id: 'pause',
    label: 'Pause',
    icon: Pause,
    hotkey: 'p',
    needs: 'container.pause',
    doing: 'pausing',
    refuse: (row) => (is(row, 'running') ? undefined : 'It does not run.'),
  }),
  simple({
    id: 'unpause',
    label: 'Unpause',
    icon: Play,
    hotkey: 'p',
    needs: 'container.unpause',
    doing: 'waking',
    refuse: (row) => (is(row, 'paused') ? undefined : 'It is not paused.'),
  }),
  {
    kind: 'link',
    id: 'logs',
    label: 'Logs',
    icon: FileText,
    hotkey: 'l',
    needs: 'container.logs',
    refuse: () => undefined,
    href: (row) => `${containerHref(row)}/logs`,
  },
  {
    kind: 'link',
    id: 'exec',
    label: 'Terminal',
    icon: SquareTerminal,
    hotkey: 'e',
    needs: 'exec.create',
    refuse: (row) => (is(row, 'running') ? undefined : 'It does not run.'),
    href: (row) => `${containerHref(row)}/exec`,
  },
  rename,
  kill,
  remove,
];
