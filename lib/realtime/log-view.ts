import { setTimeout as delay } from 'node:timers/promises';
import type { Admission, Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { appError, isAppError } from '#lib/shared/errors.ts';
import type { LogsOpen } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import type { Follows } from './log-follow.ts';
import { createLogMerge, type LogMerge } from './log-merge.ts';
import { admitLogs, type LogQuery } from './log-read.ts';
import { type LogSource, startLogSource } from './log-source.ts';
import { createWaker, type Waker } from './waker.ts';

const batchBytes = 64 * 1024;
const gatherMs = 20;
const recheckMs = 25;

export interface LogDeps {
  door: Door;
  follows: Follows;
}

interface Admitted {
  index: number;
  admission: Admission;
}

/**
 * Opens a view of one or several logs on the channel. Throws AppError when none of its sources may or can be read;
 * otherwise those that can't are told by a notice. Returns what starts the sending.
 */
export async function openLogView(
  { door, follows }: LogDeps,
  principal: Principal,
  request: LogsOpen,
  channel: Channel,
): Promise<() => void> {
  const query = toQuery(request);
  const results = await Promise.allSettled(
    request.sources.map((target) => admitLogs(door, principal, target, query, channel.signal)),
  );
  const admitted: Admitted[] = [];
  const refused: { index: number; error: unknown }[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') admitted.push({ index, admission: result.value });
    else refused.push({ index, error: result.reason });
  }
  if (admitted.length === 0) throw refused[0]?.error ?? appError('bad-request', 'There is no container to read from.');

  let bytesOut = 0;
  const waker = createWaker();
  const sources = new Map<number, LogSource>();
  const merge = createLogMerge(request.sources.length, waker.wake, (index) => sources.get(index)?.taken());
  for (const { index, error } of refused) {
    merge.notice(index, messageOf(error));
    merge.finish(index);
  }
  const close = () => {
    merge.close();
    for (const source of sources.values()) source.stop();
    waker.wake();
    for (const { admission } of admitted) void admission.end({ outcome: 'done', bytesOut });
  };
  channel.signal.addEventListener('abort', close, { once: true });
  if (channel.signal.aborted) close();

  return () => {
    if (channel.signal.aborted) return;
    const lasts: { code: 'done' | 'not-found' | 'conflict' | 'forbidden'; message: string }[] = [];
    for (const { index, admission } of admitted) {
      const source = startLogSource({
        index,
        admission,
        query,
        merge,
        follows: request.follow ? follows : undefined,
        signal: channel.signal,
      });
      sources.set(index, source);
      void source.ended.then((end) => {
        lasts.push(end);
        if (end.code !== 'done' && request.sources.length > 1) merge.notice(index, end.message);
      });
      whenRevoked(admission, (message) => {
        lasts.push({ code: 'forbidden', message });
        // A view of several goes on with the rest; one of one ends at once, whatever still waits in it.
        if (sources.size === 1) return channel.end('forbidden', message);
        merge.notice(index, message);
        source.stop();
      });
    }
    void pump(channel, merge, waker, (bytes) => {
      bytesOut += bytes;
    }).then(() => {
      const last = lasts.find(({ code }) => code !== 'done') ?? {
        code: 'done' as const,
        message: 'The end of the log.',
      };
      channel.end(last.code, last.message);
    });
  };
}

/** Sends batches of up to 64 KB, gathered for up to 20 ms, as far as the viewer's window lets. Resolves at the end. */
export async function pump(
  channel: Channel,
  merge: Pick<LogMerge, 'take' | 'done' | 'waitingBytes'>,
  waker: Waker,
  onSent: (bytes: number) => void = () => {},
): Promise<void> {
  while (!channel.signal.aborted) {
    await channel.room();
    const { items, bytes } = merge.take(batchBytes, Date.now());
    if (items.length > 0) {
      channel.send(items, bytes);
      onSent(bytes);
      continue;
    }
    if (merge.done) return;
    await waker.wait(merge.waitingBytes() > 0 ? recheckMs : undefined);
    if (merge.waitingBytes() < batchBytes && !merge.done) await delay(gatherMs);
  }
}

/** Calls back, at once or later, when the right that a view was admitted under ends. */
export function whenRevoked(admission: Admission, run: (message: string) => void): void {
  const { revoked } = admission;
  const onAbort = () => run(messageOf(revoked.reason));
  if (revoked.aborted) onAbort();
  else revoked.addEventListener('abort', onAbort, { once: true });
}

export function messageOf(error: unknown): string {
  if (isAppError(error) || error instanceof Error) return error.message;
  return 'The right to see this has ended.';
}

function toQuery(request: LogsOpen): LogQuery {
  const { stdout, stderr, since, until, follow } = request;
  // Docker's own "all" is the absence of a number; with follow 0 stands for no history.
  const tail = !follow && request.tail === 0 ? undefined : request.tail;
  return { stdout, stderr, tail, since, until };
}
