import type { StateShape, StateTone } from '#components/ui/state-dot.tsx';
import type { Job, JobItem } from '#lib/shared/realtime.ts';

interface Look {
  shape: StateShape;
  tone: StateTone;
  word: string;
}

const looks: Record<JobItem['state'], Look> = {
  waiting: { shape: 'dash', tone: 'idle', word: 'waiting' },
  running: { shape: 'pulse', tone: 'info', word: 'running' },
  done: { shape: 'solid', tone: 'ok', word: 'done' },
  failed: { shape: 'cross', tone: 'bad', word: 'failed' },
  cancelled: { shape: 'ring', tone: 'idle', word: 'cancelled' },
  interrupted: { shape: 'half', tone: 'warn', word: 'interrupted' },
};

export function itemLook({ state }: Pick<JobItem, 'state'>): Look {
  return looks[state];
}

export function jobLook({ state }: Pick<Job, 'state'>): Look {
  return looks[state];
}

/** What went wrong stands first, then what is under way. */
export function itemOrder({ state }: Pick<JobItem, 'state'>): number {
  return ['failed', 'interrupted', 'running', 'waiting', 'cancelled', 'done'].indexOf(state);
}

/** One sentence for a toast: `Stop 12 containers: 11 done, 1 failed`. */
export function jobSummary(job: Job): string {
  const { items, title } = job;
  if (items.length < 2) return title;
  const counts = Map.groupBy(items, ({ state }) => looks[state].word);
  return `${title}: ${[...counts].map(([word, list]) => `${list.length} ${word}`).join(', ')}`;
}
