import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { callEngine, callJson, type EngineCall, enginePath } from '#lib/docker/call.ts';
import { type AppError, appError, isAppError } from '#lib/shared/errors.ts';
import type { TerminalInfo, TerminalItem, TerminalOpen } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import { createExec, detachKeys, type ExecPlace, execExitCode, resizeTerminal, startExec } from './exec-run.ts';
import { type Lifeline, startLifeline, terminalVariable } from './lifeline.ts';
import { findShells } from './shells.ts';
import { createTerminalDecoder, createTerminalMemory } from './terminal-output.ts';

/** A terminal that outlives the page that opened it. */
export interface Terminal {
  info: TerminalInfo;
  /** Sends to this channel from now on, what was shown lately first; whoever had it before is told. */
  attach(channel: Channel, replay: boolean): void;
  /** Resolves when the engine has taken it. */
  write(data: string): Promise<void>;
  resize(size: { cols: number; rows: number }): Promise<void>;
  /** Ends it: an exec's processes are hung up. Gives what could not be ended, '' when nothing is left. */
  hangUp(): Promise<string>;
  /** Resolves when the process or the stream has ended. */
  ended: Promise<void>;
}

const inputBytesMax = 1024 * 1024;
const resizeTries = 10;

interface Started {
  duplex: Duplex;
  info: Omit<TerminalInfo, 'state'>;
  /** What the resize and the exit code are asked of. */
  execId?: string;
}

/**
 * Opens a terminal through the door as the person: a new process in the container, or its main process. Throws AppError
 * with a clear sentence (no shell, not running, not allowed). `signal` ends it for good.
 */
export async function openTerminal(
  place: ExecPlace,
  request: TerminalOpen,
  id: string,
  abort: AbortController,
): Promise<Terminal> {
  const { signal } = abort;
  const container = await inspectContainer(place, signal);
  const started =
    request.kind === 'exec'
      ? await startExecTerminal(place, request, id, container, signal)
      : await startAttach(place, request, id, container, signal);
  started.duplex.on('error', () => started.duplex.destroy());
  const terminal = runTerminal(place, started, abort);
  await terminal.resize(request).catch(() => undefined);
  return terminal;
}

interface ContainerFacts {
  id: string;
  name: string;
  tty: boolean;
  openStdin: boolean;
  running: boolean;
  exitCode: number;
}

const inspectSchema = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.object({ Tty: z.boolean().catch(false), OpenStdin: z.boolean().catch(false) }),
  State: z.object({ Running: z.boolean().catch(false), ExitCode: z.number().catch(0) }),
});

async function inspectContainer(place: ExecPlace, signal: AbortSignal): Promise<ContainerFacts> {
  const path = enginePath`/containers/${place.container}/json`;
  const call: EngineCall = { engine: place.engine, method: 'GET', path };
  const { Id, Name, Config, State } = await callJson(place.door, place.principal, call, inspectSchema, signal);
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    tty: Config.Tty,
    openStdin: Config.OpenStdin,
    running: State.Running,
    exitCode: State.ExitCode,
  };
}

async function startExecTerminal(
  place: ExecPlace,
  request: TerminalOpen,
  id: string,
  container: ContainerFacts,
  signal: AbortSignal,
): Promise<Started> {
  if (!container.running) throw appError('conflict', `The container ${container.name} is not running.`);
  let { command } = request;
  if (command.length === 0) {
    const { shells, problem } = await findShells(place, request.user, signal);
    const shell = shells[0];
    if (!shell) throw appError('conflict', problem ?? 'This container has no shell.');
    command = [shell];
  }
  const env = ['TERM=xterm-256color', `${terminalVariable}=${id}`];
  const spec = { command, user: request.user, tty: true, stdin: true, env };
  const execId = await createExec(place, spec, signal);
  const duplex = await startExec(place, execId, true, signal);
  const { engine, user } = request;
  const facts = { engine, container: container.id, containerName: container.name };
  return { duplex, execId, info: { id, ...facts, kind: 'exec', command, user, tty: true } };
}

async function startAttach(
  place: ExecPlace,
  request: TerminalOpen,
  id: string,
  container: ContainerFacts,
  signal: AbortSignal,
): Promise<Started> {
  if (!container.running) throw appError('conflict', `The container ${container.name} is not running.`);
  const path = enginePath`/containers/${container.id}/attach`;
  const query = { stream: true, stdin: container.openStdin, stdout: true, stderr: true, detachKeys };
  const call: EngineCall = { engine: place.engine, method: 'POST', path, query, upgrade: true };
  const { duplex } = await callEngine(place.door, place.principal, call, signal);
  if (!duplex) throw appError('conflict', 'The engine did not open a two-way stream.');
  const facts = { engine: request.engine, container: container.id, containerName: container.name };
  return { duplex, info: { id, ...facts, kind: 'attach', command: [], tty: container.tty } };
}

function runTerminal(place: ExecPlace, started: Started, abort: AbortController): Terminal {
  const { duplex, execId } = started;
  const { signal } = abort;
  const info: TerminalInfo = { ...started.info, state: 'open' };
  const memory = createTerminalMemory();
  const decode = createTerminalDecoder(info.tty);
  const ended = Promise.withResolvers<void>();
  const lifeline: Promise<Lifeline | undefined> =
    info.kind === 'exec'
      ? startLifeline(place, info.id, info.user, signal).catch(() => undefined)
      : Promise.resolve(undefined);
  let channel: Channel | undefined;
  /** Why the right to the stream has ended; the engine can't be asked for the exit code then. */
  let revoked: AppError | undefined;
  let end: { code?: number; message: string } | undefined;

  const send = (item: TerminalItem, bytes: number) => channel?.send([item], bytes);
  const pauseWhileFull = () => {
    if (channel && !channel.signal.aborted && !channel.hasRoom) duplex.pause();
    else duplex.resume();
  };
  duplex.on('data', (chunk: Buffer) => {
    let text: string;
    try {
      text = decode(chunk);
    } catch {
      return duplex.destroy();
    }
    if (text === '') return;
    memory.push(text);
    send({ data: text }, chunk.length);
    pauseWhileFull();
  });
  duplex.on('error', (error) => {
    if (isAppError(error)) revoked = error;
  });
  duplex.once('close', () => void finish());
  duplex.once('end', () => duplex.destroy());

  async function finish(): Promise<void> {
    info.state = 'exited';
    end = signal.aborted ? { message: endReason(signal) } : revoked ? { message: revoked.message } : await findExit();
    // An auditor ended it: its own right goes on, and so would its processes.
    if (revoked && !signal.aborted) void lifeline.then((line) => line?.hangUp());
    info.exitCode = end.code;
    send({ exit: end }, 0);
    channel?.end('done', end.message);
    ended.resolve();
    if (end.code !== undefined) (await lifeline)?.release();
  }

  async function findExit(): Promise<{ code?: number; message: string }> {
    try {
      if (!execId) {
        const { running, exitCode } = await inspectContainer(place, signal);
        if (running) return { message: 'Detached from the main process, which goes on.' };
        return { code: exitCode, message: `The main process ended with exit code ${exitCode}.` };
      }
      // The stream can end a moment before the engine has noted the process's end.
      for (let wait = 10; wait < 2000; wait *= 2) {
        const code = await execExitCode(place, execId, signal);
        if (code !== undefined) return { code, message: `The process ended with exit code ${code}.` };
        await delay(wait);
      }
      return { message: 'The stream ended, but the engine says that the process still runs.' };
    } catch (error) {
      return { message: `The stream ended: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  return {
    info,
    ended: ended.promise,
    attach(next, replay) {
      channel?.end('taken', 'This terminal was opened in another place.');
      channel = next;
      next.onRoom(() => {
        if (channel === next) pauseWhileFull();
      });
      const text = replay ? memory.text() : '';
      if (text) send({ data: text }, Buffer.byteLength(text));
      // A short command may be over already while its exit code is still being asked for: finish() tells it then.
      if (!end) return pauseWhileFull();
      send({ exit: end }, 0);
      next.end('done', end.message);
    },
    write(data) {
      if (info.state === 'exited' || duplex.destroyed) return Promise.reject(appError('conflict', 'It has ended.'));
      if (duplex.writableLength > inputBytesMax)
        return Promise.reject(appError('too-many', 'The process does not read its input; more than 1 MB waits.'));
      return new Promise((resolve, reject) => {
        duplex.write(data, 'utf8', (error) =>
          error ? reject(appError('conflict', 'It has ended.', error)) : resolve(),
        );
      });
    },
    async resize(size) {
      if (!info.tty) return;
      // Right after the start the engine may not know the process yet.
      for (let i = 1; info.state === 'open'; i++) {
        try {
          const kind = execId ? 'exec' : 'containers';
          return await resizeTerminal(place, kind, execId ?? info.container, size, signal);
        } catch (error) {
          if (i >= resizeTries || signal.aborted) throw error;
          await delay(i * 10);
        }
      }
    },
    async hangUp() {
      const line = await lifeline;
      const left =
        info.kind === 'attach' || info.state === 'exited'
          ? ''
          : line
            ? await line.hangUp()
            : 'it has no /bin/sh to do it with';
      duplex.destroy();
      await ended.promise;
      return left;
    },
  };
}

function endReason(signal: AbortSignal): string {
  return signal.reason instanceof Error ? signal.reason.message : 'The terminal was ended.';
}
