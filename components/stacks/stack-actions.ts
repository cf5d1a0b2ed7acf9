import { Box, FileText, Play, RotateCw, Square } from 'lucide-react';
import type { Action, JobAction } from '#components/resource/descriptor.ts';
import { confirmMany, dockerCommand, postStep } from '#components/resource/steps.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import type { StackRow } from './stack-rows.ts';

/** The stack's own page. */
export function stackHref(row: Pick<StackRow, 'engine' | 'id'>): string {
  return `/stacks/${encodeURIComponent(row.engine)}/${encodeURIComponent(row.id)}`;
}

/** The stack's containers in the list of all. */
export function stackContainersHref(row: Pick<StackRow, 'engine' | 'id'>): string {
  return `/containers?${new URLSearchParams({ engine: row.engine, q: `stack:${row.id}` })}`;
}

/** One log view over all services. */
export function stackLogsHref(row: Pick<StackRow, 'engine' | 'id'>): string {
  return `${stackHref(row)}/logs`;
}

type Simple = Pick<JobAction<StackRow>, 'label' | 'icon' | 'hotkey' | 'needs' | 'doing' | 'refuse'>;

/** Start, stop or restart each container that is not there already. */
function each(
  verb: 'start' | 'stop' | 'restart',
  concerns: (row: ContainerRow) => boolean,
  rest: Simple,
): JobAction<StackRow> {
  return {
    ...rest,
    kind: 'job',
    id: verb,
    bulk: true,
    form: (rows) =>
      confirmMany(
        rest.label,
        rows.map(({ id }) => id),
        'stacks',
      ),
    steps: (row) =>
      row.containers
        .filter(concerns)
        .map((container) => postStep(row.engine, `/containers/${container.id}/${verb}`, `${verb} ${container.name}`)),
    command: (row) => dockerCommand('compose', '-p', row.id, verb),
  };
}

const stopped = ({ state }: ContainerRow) => state !== 'running' && state !== 'paused';

export const stackActions: readonly Action<StackRow>[] = [
  each('start', stopped, {
    label: 'Start',
    icon: Play,
    hotkey: 'u',
    needs: 'container.start',
    doing: 'starting',
    refuse: (row) => (row.containers.some(stopped) ? undefined : 'All of it runs already.'),
  }),
  each('stop', (row) => !stopped(row), {
    label: 'Stop',
    icon: Square,
    hotkey: 's',
    needs: 'container.stop',
    doing: 'stopping',
    refuse: (row) => (row.running > 0 ? undefined : 'Nothing of it runs.'),
  }),
  each('restart', () => true, {
    label: 'Restart',
    icon: RotateCw,
    hotkey: 'r',
    needs: 'container.restart',
    doing: 'restarting',
    refuse: () => undefined,
  }),
  {
    kind: 'link',
    id: 'logs',
    label: 'Logs of all services',
    icon: FileText,
    hotkey: 'l',
    needs: 'container.logs',
    refuse: () => undefined,
    href: stackLogsHref,
  },
  {
    kind: 'link',
    id: 'containers',
    label: 'Containers',
    icon: Box,
    hotkey: 'c',
    needs: 'container.list',
    refuse: () => undefined,
    href: stackContainersHref,
  },
];
