import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { callEngine, callForEffect, callJson, type EngineCall, enginePath } from '#lib/docker/call.ts';
import { createDemuxer } from '#lib/gateway/demux.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { appError, isAppError } from '#lib/shared/errors.ts';

/** Whoever runs something in a container: through the door, as the person. */
export interface ExecPlace {
  door: Door;
  /** As it is now: a terminal outlives changes of grants. Throws not-signed-in once it has ended. */
  readonly principal: Principal;
  engine: string;
  container: string;
}

export interface ExecSpec {
  command: string[];
  user?: string;
  tty: boolean;
  stdin: boolean;
  env?: string[];
}

const outputCharsMax = 16 * 1024;
// Docker's own default, ctrl-p ctrl-q, swallows the ctrl-p of every shell's history. Nobody types this.
export const detachKeys = 'ctrl-^,ctrl-_,ctrl-^,ctrl-_';

/** Makes an exec; gives its id. */
export async function createExec(place: ExecPlace, spec: ExecSpec, signal: AbortSignal): Promise<string> {
  const path = enginePath`/containers/${place.container}/exec`;
  const body = {
    AttachStdin: spec.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: spec.tty,
    Cmd: spec.command,
    ...(spec.tty ? { DetachKeys: detachKeys } : {}),
    ...(spec.user ? { User: spec.user } : {}),
    ...(spec.env ? { Env: spec.env } : {}),
  };
  const schema = z.object({ Id: z.string() });
  const call: EngineCall = { engine: place.engine, method: 'POST', path, body };
  return (await callJson(place.door, place.principal, call, schema, signal)).Id;
}

/** Starts an exec and gives its two-way stream. `signal` destroys it. Throws AppError, e.g. for a missing program. */
export async function startExec(place: ExecPlace, id: string, tty: boolean, signal: AbortSignal): Promise<Duplex> {
  const path = enginePath`/exec/${id}/start`;
  const call: EngineCall = {
    engine: place.engine,
    method: 'POST',
    path,
    body: { Detach: false, Tty: tty },
    upgrade: true,
    // What a person opens has a terminal; without one it is ours, to find shells and to hang up.
    isHelper: !tty,
  };
  const reply = await callEngine(place.door, place.principal, call, signal);
  if (!reply.duplex) throw appError('conflict', 'The engine did not open a two-way stream.');
  return reply.duplex;
}

/** The exit code; undefined while it runs. */
export async function execExitCode(place: ExecPlace, id: string, signal: AbortSignal): Promise<number | undefined> {
  const schema = z.object({ Running: z.boolean(), ExitCode: z.number().nullish() });
  const call: EngineCall = { engine: place.engine, method: 'GET', path: enginePath`/exec/${id}/json` };
  const { Running, ExitCode } = await callJson(place.door, place.principal, call, schema, signal);
  return Running ? undefined : (ExitCode ?? undefined);
}

/** Tells the engine a terminal's size: of an exec or of a container's main process. */
export async function resizeTerminal(
  place: ExecPlace,
  kind: 'exec' | 'containers',
  id: string,
  size: { cols: number; rows: number },
  signal: AbortSignal,
): Promise<void> {
  const path = kind === 'exec' ? enginePath`/exec/${id}/resize` : enginePath`/containers/${id}/resize`;
  const call: EngineCall = { engine: place.engine, method: 'POST', path, query: { h: size.rows, w: size.cols } };
  await callForEffect(place.door, place.principal, call, signal);
}

/** Runs a small command to its end. `code` 126 and 127: it could not be started, `output` says why. */
export async function runExec(
  place: ExecPlace,
  command: string[],
  user: string | undefined,
  signal: AbortSignal,
): Promise<{ code: number; output: string }> {
  const id = await createExec(place, { command, user, tty: false, stdin: false }, signal);
  let output = '';
  try {
    output = await readOutput(await startExec(place, id, false, signal));
  } catch (error) {
    // Engines differ: some answer 400 for a program that is not there, some tell it in the stream.
    if (!isAppError(error) || error.status === 403) throw error;
    return { code: 127, output: error.message };
  }
  return { code: (await execExitCode(place, id, signal)) ?? 0, output };
}

/** What a stream without a TTY says, up to 16,000 characters; ends the stream. */
export async function readOutput(duplex: Duplex): Promise<string> {
  const demuxer = createDemuxer();
  let output = '';
  try {
    for await (const chunk of duplex) {
      for (const { text } of demuxer.push(chunk)) output += text;
      if (output.length > outputCharsMax) break;
    }
  } finally {
    // The engine's end leaves our half open, and with it the connection and its record.
    duplex.destroy();
  }
  return output.slice(0, outputCharsMax);
}
