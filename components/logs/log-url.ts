import { z } from 'zod';
import { timeModes } from './log-time.ts';

/** What a log view's address says, so that a link shows another person the same view. */
export interface LogViewState {
  /** `engine/container` pairs; only the view over several has them in the query. */
  sources: { engine: string; container: string }[];
  tail: number;
  since: string;
  until: string;
  stdout: boolean;
  stderr: boolean;
  find: string;
  regex: boolean;
  caseSensitive: boolean;
}

export const tailChoices = [100, 500, 2000, 10_000] as const;
const sourcesMax = 50;

export const defaultLogView: LogViewState = {
  sources: [],
  tail: 500,
  since: '',
  until: '',
  stdout: true,
  stderr: true,
  find: '',
  regex: false,
  caseSensitive: false,
};

/** Reads the query of the address; whatever is not valid falls back to the default. */
export function parseLogView(query: URLSearchParams): LogViewState {
  const tail = z.coerce
    .number()
    .int()
    .min(0)
    .max(100_000)
    .safeParse(query.get('tail') ?? undefined);
  const streams = query.get('streams');
  const seen = new Set<string>();
  const sources = query.getAll('c').flatMap((pair) => {
    const at = pair.indexOf('/');
    if (at <= 0 || at === pair.length - 1 || seen.has(pair)) return [];
    seen.add(pair);
    return [{ engine: pair.slice(0, at), container: pair.slice(at + 1) }];
  });
  return {
    sources: sources.slice(0, sourcesMax),
    tail: tail.success ? tail.data : defaultLogView.tail,
    since: query.get('since') ?? '',
    until: query.get('until') ?? '',
    stdout: streams !== 'stderr',
    stderr: streams !== 'stdout',
    find: query.get('find') ?? '',
    regex: query.get('regex') === '1',
    caseSensitive: query.get('case') === '1',
  };
}

/** Writes a view into a query, defaults left out and other parameters kept. */
export function writeLogView(view: LogViewState, base: URLSearchParams): URLSearchParams {
  const query = new URLSearchParams(base);
  const set = (name: string, value: string) => (value === '' ? query.delete(name) : query.set(name, value));
  query.delete('c');
  for (const { engine, container } of view.sources) query.append('c', `${engine}/${container}`);
  set('tail', view.tail === defaultLogView.tail ? '' : String(view.tail));
  set('since', view.since);
  set('until', view.until);
  set('streams', view.stdout === view.stderr ? '' : view.stdout ? 'stdout' : 'stderr');
  set('find', view.find);
  set('regex', view.regex ? '1' : '');
  set('case', view.caseSensitive ? '1' : '');
  return query;
}

/** How this person likes to read logs; kept in the browser, not in the address. */
export const logPreferencesSchema = z.object({
  times: z.enum(timeModes).catch('local'),
  wrap: z.boolean().catch(true),
});
export type LogPreferences = z.infer<typeof logPreferencesSchema>;
