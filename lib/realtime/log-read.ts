import type { Readable } from 'node:stream';
import { checkReply, doorRequest, enginePath } from '#lib/docker/call.ts';
import type { Admission, Door, DoorRequest } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { LogLine } from '#lib/shared/realtime.ts';
import { createLogParser } from './log-parser.ts';

/** The parameters of one reading of a log, as the Engine API names them. */
export interface LogQuery {
  stdout: boolean;
  stderr: boolean;
  follow?: boolean;
  /** Absent: all. */
  tail?: number;
  since?: string;
  until?: string;
}

export interface LogTarget {
  engine: string;
  container: string;
}

function logCall(target: LogTarget, query: LogQuery): DoorRequest {
  return doorRequest({
    engine: target.engine,
    method: 'GET',
    path: enginePath`/containers/${target.container}/logs`,
    query: {
      stdout: query.stdout,
      stderr: query.stderr,
      follow: query.follow ?? false,
      timestamps: true,
      tail: query.tail ?? 'all',
      since: query.since,
      until: query.until,
    },
  });
}

/** Asks the door for one view of a log: decided and recorded here, read in any number of parts. */
export function admitLogs(
  door: Door,
  principal: Principal,
  target: LogTarget,
  query: LogQuery,
  signal: AbortSignal,
): Promise<Admission> {
  return door.admit(principal, logCall(target, query), signal);
}

/** The container that a view was admitted to, as the engine told it. */
export function admittedContainer(admission: Admission): { id: string; name: string } {
  const target = admission.targets.find(({ kind }) => kind === 'container');
  if (!target) throw appError('internal', 'The door admitted a log without naming its container.');
  return { id: target.id, name: target.name.replace(/^\//, '') };
}

/**
 * Reads one part of an admitted view; yields the lines that arrived together, oldest first. Throws AppError for the
 * engine's refusals, and what the stream throws when it breaks. Ending the loop ends the engine's stream. Lines whose
 * end is not written yet come last, to `unfinished` if that is given.
 */
export async function* readLog(
  admission: Admission,
  query: LogQuery,
  signal: AbortSignal,
  source = 0,
  on: { open?: () => void; unfinished?: (lines: LogLine[]) => void } = {},
): AsyncGenerator<LogLine[]> {
  const rawQuery = logCall({ engine: '', container: '' }, query).rawQuery;
  const reply = await checkReply(await admission.forwardPart(rawQuery, signal));
  on.open?.();
  const body: Readable | undefined = reply.body;
  if (!body) return;
  let problem: string | undefined;
  const parser = createLogParser(source, (message) => {
    problem = message;
  });
  for await (const chunk of body) {
    const lines = parser.push(chunk);
    if (lines.length > 0) yield lines;
    if (problem) throw appError('conflict', problem);
  }
  const last = parser.end();
  if (last.length === 0) return;
  if (on.unfinished) on.unfinished(last);
  else yield last;
}
