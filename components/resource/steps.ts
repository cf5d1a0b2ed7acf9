import { shellQuote } from '#lib/shared/format.ts';
import type { JobStep } from '#lib/shared/realtime.ts';
import type { ActionForm, FormField, TaskContext } from './descriptor.ts';

/** A query string with its `?`; empty values are left out. */
export function queryOf(values: Record<string, string | number | boolean | undefined>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values))
    if (value !== undefined && value !== '' && value !== false) search.set(key, value === true ? '1' : String(value));
  const text = search.toString();
  return text && `?${text}`;
}

export function postStep(engine: string, path: string, label: string, body?: unknown): JobStep {
  return { engine, method: 'POST', path, label, ...(body === undefined ? {} : { body }) };
}

export function deleteStep(engine: string, path: string, label: string): JobStep {
  return { engine, method: 'DELETE', path, label };
}

/** A docker command of words, quoted where a shell needs it; undefined and false words are left out. */
export function dockerCommand(...words: (string | undefined | false)[]): string {
  return [
    'docker',
    ...words
      .filter((word) => word !== undefined && word !== false && word !== '')
      .map((word) => shellQuote(String(word))),
  ].join(' ');
}

/** One command per engine, with the engine named where there are several. */
export function onEngines(engines: readonly string[], command: string): string[] {
  return engines.length < 2 ? [command] : engines.map((engine) => `${command}  # on ${engine}`);
}

/** Commands that differ by engine, with the engine named where there are several. */
export function commandsPerEngine(engines: readonly string[], commandsOf: (engine: string) => string[]): string[] {
  return engines.flatMap((engine) =>
    commandsOf(engine).map((command) => (engines.length < 2 ? command : `${command}  # on ${engine}`)),
  );
}

/** Asks only when it is about several at once. */
export function confirmMany(verb: string, names: readonly string[], noun: string): ActionForm | undefined {
  if (names.length < 2) return undefined;
  return {
    title: `${verb} ${names.length} ${noun}?`,
    intro: names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', '),
    fields: [],
    confirmLabel: verb,
  };
}

/** Where a task is to be done; the filtered engines are chosen first, else the only one, else none. */
export function enginesField(context: TaskContext, options: { single?: boolean } = {}): FormField {
  const [first] = context.engines;
  const chosen = context.chosen.length > 0 ? context.chosen : context.engines.length === 1 && first ? [first] : [];
  const initial = options.single ? (chosen.slice(0, 1).length > 0 ? chosen.slice(0, 1) : first ? [first] : []) : chosen;
  return {
    kind: 'engines',
    name: 'engines',
    label: options.single ? 'Engine' : 'Engines',
    initial,
    options: context.engines,
    single: options.single,
  };
}

/** `key=value`, one a line, as an object. */
export function parsePairs(text: string): Record<string, string> {
  const pairs = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line): [string, string] => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
    });
  return Object.fromEntries(pairs);
}
