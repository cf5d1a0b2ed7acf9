import { Duplex, Transform } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { z } from 'zod';
import type { Recorder } from '#lib/audit/recordings/recorder.ts';
import type { Recording } from '#lib/audit/recordings/types.ts';
import type { Admitted } from './admission.ts';
import { askEngineFor } from './ask.ts';
import { queryValue } from './classified.ts';
import { createDemuxer } from './demux.ts';
import { segment } from './told.ts';
import type { DoorReply } from './types.ts';

/** Names the recording in the reply, for whoever has no terminal to show the notice in. */
export const recordedHeader = 'x-pilothouse-recorded';

/** A session of exec or attach that is being recorded. */
export interface RecordedSession {
  recording: Recording;
  /** Puts itself between the engine and the client; a refusal passes, and the recording is over then. */
  wrap(reply: DoorReply): DoorReply;
  /** The request failed. */
  drop(): Promise<void>;
}

const execSchema = z.object({
  ID: z.string(),
  OpenStdin: z.boolean().catch(false),
  ProcessConfig: z.object({ entrypoint: z.string().catch(''), arguments: z.array(z.string()).nullish() }).partial(),
});
const containerSchema = z.object({
  Path: z.string().catch(''),
  Args: z.array(z.string()).nullish(),
  Config: z.object({ Tty: z.boolean().catch(false), OpenStdin: z.boolean().catch(false) }),
});
const startSchema = z.object({ Detach: z.boolean().nullish(), Tty: z.boolean().nullish() });

/**
 * Begins the recording of an exec or attach where the rules want one; undefined where they don't, and for an exec that
 * nobody is attached to. Rejects when it can't be recorded: then nothing may go to the engine.
 */
export async function beginRecording(
  recorder: Recorder | undefined,
  admitted: Admitted,
  auditId: string | undefined,
  signal: AbortSignal,
): Promise<RecordedSession | undefined> {
  const { classified, engine, resolved, principal, deps } = admitted;
  const kind = kindOf(classified.operation);
  if (!recorder || !kind || admitted.request.isHelper) return undefined;
  const container = resolved.targets.find((target) => target.kind === 'container');
  if (!container) return undefined;
  const ask = { engines: deps.engines, engineId: engine.id, signal, timeoutMs: admitted.readTimeoutMs };
  const told =
    kind === 'exec'
      ? await askExec(ask, admitted)
      : await askAttach(ask, container.id, queryValue(classified, 'stdin'));
  if (!told) return undefined;
  const { streamId, tty, command, interactive } = told;
  const recording = await recorder.begin({ principal, auditId, engine, container, kind, streamId, command, tty });
  if (!recording) return undefined;
  return {
    recording,
    wrap: (reply) => wrapReply(reply, recording, { tty, interactive }),
    drop: () => recording.finish(),
  };
}

/** Tells the recorder of a terminal's new size, once the engine has taken it. */
export function tellResize(recorder: Recorder | undefined, { classified, engine, resolved }: Admitted): void {
  const { operation } = classified;
  if (!recorder || (operation !== 'exec.resize' && operation !== 'container.resize')) return;
  const kind = operation === 'exec.resize' ? 'exec' : 'container';
  const target = resolved.targets.find((one) => one.kind === kind);
  const [cols, rows] = [Number(queryValue(classified, 'w')), Number(queryValue(classified, 'h'))];
  const isSize = (n: number) => Number.isInteger(n) && n > 0 && n <= 1000;
  if (target && isSize(cols) && isSize(rows)) recorder.resized(engine.id, target.id, { cols, rows });
}

function kindOf(operation: string): 'exec' | 'attach' | undefined {
  if (operation === 'exec.start') return 'exec';
  return operation === 'container.attach' ? 'attach' : undefined;
}

type Ask = Parameters<typeof askEngineFor>[0];

async function askExec(ask: Ask, { inspected, resolved }: Admitted) {
  const started = startSchema.safeParse(inspected.body ? JSON.parse(inspected.body.toString()) : {}).data;
  // Its output goes to nobody, so there is nothing to see; that it was started, and with what, is in the trail.
  if (started?.Detach) return undefined;
  const id = resolved.targets.find((target) => target.kind === 'exec')?.id ?? '';
  const { OpenStdin, ProcessConfig } = execSchema.parse(await askEngineFor(ask, `/exec/${segment(id)}/json`));
  const command = [ProcessConfig.entrypoint ?? '', ...(ProcessConfig.arguments ?? [])].filter(Boolean);
  // The framing follows the start's own Tty, whatever the exec was made with (tried on 20.10 and 28.5).
  return { streamId: id, tty: started?.Tty === true, command, interactive: OpenStdin };
}

async function askAttach(ask: Ask, id: string, stdin: string | undefined) {
  const { Path, Args, Config } = containerSchema.parse(await askEngineFor(ask, `/containers/${segment(id)}/json`));
  const interactive = Config.OpenStdin && stdin !== undefined && !['0', 'false', ''].includes(stdin.toLowerCase());
  return { streamId: id, tty: Config.Tty, command: [Path, ...(Args ?? [])].filter(Boolean), interactive };
}

interface Kind {
  tty: boolean;
  interactive: boolean;
}

function wrapReply(reply: DoorReply, recording: Recording, kind: Kind): DoorReply {
  const headers = { ...reply.headers, [recordedHeader]: recording.id };
  const take = outputOf(recording, kind.tty);
  if (reply.duplex) return { ...reply, headers, duplex: wrapDuplex(reply.duplex, recording, take, kind) };
  // Without a two-way stream: an old client that only listens, or a refusal.
  if (reply.body && reply.status < 400) {
    const { body } = reply;
    const tee = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        if (!take(chunk)) return done(new Error('The engine sent what is no frame.'));
        recording.onRoom(() => done(null, chunk));
      },
    });
    body.on('error', (error) => tee.destroy(error));
    tee.on('close', () => body.destroy()).on('close', () => void recording.finish());
    recording.ended.addEventListener('abort', () => tee.destroy(asError(recording.ended.reason)), { once: true });
    return { ...reply, headers, body: body.pipe(tee) };
  }
  void recording.finish();
  return reply;
}

/** Gives the recording the text of the engine's bytes; false: they can't be read, so they must not be shown either. */
function outputOf(recording: Recording, tty: boolean): (chunk: Buffer) => boolean {
  if (tty) {
    const decoder = new StringDecoder('utf8');
    return (chunk) => {
      recording.output(decoder.write(chunk));
      return true;
    };
  }
  const demuxer = createDemuxer();
  return (chunk) => {
    try {
      for (const { text } of demuxer.push(chunk)) recording.output(text.replace(/\r?\n/g, '\r\n'));
      return true;
    } catch {
      return false;
    }
  };
}

/** The engine's stream with the recorder in between; never a raw tunnel, and as slow as its slower side. */
function wrapDuplex(inner: Duplex, recording: Recording, take: (chunk: Buffer) => boolean, kind: Kind): Duplex {
  const typed = new StringDecoder('utf8');
  const outer = new Duplex({
    allowHalfOpen: true,
    read: () => void recording.onRoom(() => inner.resume()),
    write(chunk: Buffer, _encoding, done) {
      recording.input(typed.write(chunk));
      inner.write(chunk, done);
    },
    final: (done) => void inner.end(done),
    destroy(error, done) {
      inner.destroy();
      void recording.finish();
      done(error);
    },
  });
  outer.on('error', () => undefined);
  // In a terminal only: between the bytes of a pipe it would be taken for the process's own.
  if (kind.tty && kind.interactive) outer.push(Buffer.from(`\u001b[2m${recording.notice}\u001b[0m\r\n`));
  inner.pause();
  inner.on('data', (chunk: Buffer) => {
    if (!take(chunk)) outer.destroy(new Error('The engine sent what is no frame.'));
    else if (!outer.push(chunk) || recording.isFull) inner.pause();
    if (!inner.isPaused() || outer.readableLength > 0 || outer.destroyed) return;
    recording.onRoom(() => inner.resume());
  });
  let over = false;
  inner.once('end', () => {
    over = true;
    outer.push(null);
  });
  inner.once('error', (error) => outer.destroy(error));
  inner.once('close', () => {
    if (!over) outer.destroy();
  });
  const stop = () => outer.destroy(asError(recording.ended.reason));
  recording.ended.addEventListener('abort', stop, { once: true });
  if (recording.ended.aborted) stop();
  return outer;
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
