import type { JobRequest } from '#lib/shared/realtime.ts';
import { type FormValues, type JobAction, type Resource, type ResourceRow, rowKey } from './descriptor.ts';

/** The job that one action makes of many rows, and beside each step the key of the row that it works on. */
export function jobOf<R extends ResourceRow>(
  resource: Pick<Resource<R>, 'noun' | 'name'>,
  action: JobAction<R>,
  rows: readonly R[],
  values: FormValues,
): { request: JobRequest; keys: string[] } {
  const parts = rows.map((row) => ({ key: rowKey(row), steps: action.steps(row, values) }));
  const [first] = rows;
  const what = rows.length === 1 && first ? resource.name(first) : `${rows.length} ${resource.noun.many}`;
  return {
    request: { title: `${action.label} ${what}`, steps: parts.flatMap(({ steps }) => steps) },
    keys: parts.flatMap(({ key, steps }) => steps.map(() => key)),
  };
}
