import { Badge } from '#components/ui/badge.tsx';
import { StateDot, type StateShape, type StateTone } from '#components/ui/state-dot.tsx';
import type { ContainerRow } from '#lib/shared/inventory.ts';

export interface StateLook {
  shape: StateShape;
  tone: StateTone;
  word: string;
}

/** Docker's states as shape, tone and word; a health check that fails counts more than "running". */
export function containerLook({
  state,
  health,
  exitCode,
}: Pick<ContainerRow, 'state' | 'health' | 'exitCode'>): StateLook {
  if (state === 'running') {
    if (health === 'unhealthy') return { shape: 'cross', tone: 'bad', word: 'unhealthy' };
    if (health === 'starting') return { shape: 'half', tone: 'info', word: 'starting' };
    return { shape: 'solid', tone: 'ok', word: health === 'healthy' ? 'healthy' : 'running' };
  }
  if (state === 'paused') return { shape: 'square', tone: 'info', word: 'paused' };
  if (state === 'restarting') return { shape: 'pulse', tone: 'warn', word: 'restarting' };
  if (state === 'removing') return { shape: 'pulse', tone: 'warn', word: 'removing' };
  if (state === 'dead') return { shape: 'cross', tone: 'bad', word: 'dead' };
  if (state === 'created') return { shape: 'dash', tone: 'idle', word: 'created' };
  if (state === 'exited') {
    if (exitCode) return { shape: 'cross', tone: 'warn', word: `exited (${exitCode})` };
    return { shape: 'ring', tone: 'idle', word: exitCode === 0 ? 'exited (0)' : 'exited' };
  }
  return { shape: 'dash', tone: 'idle', word: state };
}

export function ContainerState({ row }: { row: ContainerRow }) {
  return <StateDot {...containerLook(row)} />;
}

/** As ContainerState, with what a running job does to it instead while there is one. */
export function ContainerStateOrBusy({ row, busy }: { row: ContainerRow; busy: string | undefined }) {
  return busy ? <Badge tone="info">{busy}</Badge> : <ContainerState row={row} />;
}

/** Stopped: what a prune takes. */
export function isStopped({ state }: Pick<ContainerRow, 'state'>): boolean {
  return state === 'exited' || state === 'created' || state === 'dead';
}
