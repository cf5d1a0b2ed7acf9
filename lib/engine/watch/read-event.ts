import { z } from 'zod';

/** One event, as far as the watch needs it. */
export interface EngineEvent {
  type: string;
  /** Without what follows a colon: `health_status`, `exec_create`. */
  action: string;
  /** What follows the colon: `healthy`. */
  detail: string;
  actorId: string;
  attributes: Record<string, string>;
  /** Milliseconds since 1970, by the engine's clock. */
  at: number;
}

const eventAnswer = z.object({
  Type: z.string().optional(),
  Action: z.string().optional(),
  Actor: z
    .object({
      ID: z.string().optional(),
      Attributes: z.record(z.string(), z.string().catch('')).nullish(),
    })
    .optional(),
  // What engines said before API 1.22, and Podman says beside.
  status: z.string().optional(),
  id: z.string().optional(),
  time: z.number().optional(),
  timeNano: z.number().optional(),
});

/** Reads one line of `GET /events`. Throws when it is not an event. */
export function readEvent(line: string): EngineEvent {
  const said = eventAnswer.parse(JSON.parse(line));
  const [action = '', ...detail] = (said.Action ?? said.status ?? '').split(':');
  return {
    type: said.Type ?? 'container',
    action: action.trim(),
    detail: detail.join(':').trim(),
    actorId: said.Actor?.ID ?? said.id ?? '',
    attributes: said.Actor?.Attributes ?? {},
    // Nanoseconds are above 2^53 and lose their last digits; milliseconds stay exact.
    at: said.timeNano ? Math.floor(said.timeNano / 1e6) : (said.time ?? 0) * 1000,
  };
}

/**
 * What a Docker engine is asked to send. Health checks make three exec events every few seconds and container: they
 * are left out at the source. `health_status` has a colon and a word behind; engines match it by its beginning.
 */
export const watchedActions = [
  ...['create', 'start', 'restart', 'stop', 'die', 'oom', 'pause', 'unpause', 'rename', 'update', 'destroy'],
  ...['health_status', 'commit', 'prune'],
  ...['pull', 'tag', 'untag', 'delete', 'import', 'load', 'push'],
  ...['connect', 'disconnect', 'remove'],
];

/** Container events that change nothing in a list; Podman is not asked to leave them out, for it names events its own way. */
export const quietActions: ReadonlySet<string> = new Set([
  ...['exec', 'exec_create', 'exec_start', 'exec_die', 'exec_died', 'exec_detach', 'attach', 'detach', 'resize', 'top'],
  ...['archive-path', 'extract-to-dir', 'export', 'copy', 'kill', 'mount', 'unmount', 'init', 'sync', 'exited'],
]);
