import { RE2JS } from 're2js';
import type { Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import type { LogsSearch, SearchItem } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import { createLogMerge } from './log-merge.ts';
import { admitLogs, readLog } from './log-read.ts';
import { messageOf, pump, whenRevoked } from './log-view.ts';
import { createWaker } from './waker.ts';

const progressMs = 250;
const progressBytes = 100;

/**
 * Reads the whole log of every source and sends the matching lines, oldest first, with progress now and then; ends with
 * `{progress: {done: true}}`. Closing the channel ends the engines' streams. Throws AppError: a bad pattern, or a source
 * that may not be read. Returns what starts it.
 */
export async function openLogSearch(
  door: Door,
  principal: Principal,
  request: LogsSearch,
  channel: Channel,
): Promise<() => void> {
  const matches = createMatcher(request);
  const query = { stdout: true, stderr: true, since: request.since, until: request.until };
  const admissions = await Promise.all(
    request.sources.map((target) => admitLogs(door, principal, target, query, channel.signal)),
  );
  let bytesOut = 0;
  let problem: { code: 'conflict' | 'forbidden'; message: string } | undefined;
  const counts = { linesRead: 0, matches: 0 };
  const waker = createWaker();
  const merge = createLogMerge(admissions.length, waker.wake, () => {});
  const sendProgress = (done: boolean) => {
    const item: SearchItem = { progress: { ...counts, done } };
    channel.send([item], progressBytes);
  };

  async function readSource(index: number): Promise<void> {
    const admission = admissions[index];
    if (!admission) return;
    for await (const lines of readLog(admission, query, channel.signal, index)) {
      counts.linesRead += lines.length;
      const found = lines.filter((line) => matches(line.text));
      // What is over the limit is counted, not sent.
      const wanted = found.slice(0, Math.max(request.limit - counts.matches, 0));
      counts.matches += found.length;
      merge.reached(index, lines.at(-1)?.time ?? '');
      if (wanted.length === 0) continue;
      await merge.room(index);
      merge.push(index, wanted, false);
    }
  }

  const timer = setInterval(() => {
    if (channel.hasRoom) sendProgress(false);
  }, progressMs);
  channel.signal.addEventListener(
    'abort',
    () => {
      clearInterval(timer);
      merge.close();
      waker.wake();
      for (const admission of admissions) void admission.end({ outcome: 'done', bytesOut });
    },
    { once: true },
  );

  return () => {
    for (const [index, admission] of admissions.entries()) {
      whenRevoked(admission, (message) => channel.end('forbidden', message));
      readSource(index)
        .catch((error: unknown) => {
          problem ??= { code: 'conflict', message: messageOf(error) };
        })
        .finally(() => merge.finish(index));
    }
    void pump(channel, merge, waker, (bytes) => {
      bytesOut += bytes;
    }).then(() => {
      sendProgress(true);
      channel.end(problem?.code ?? 'done', problem?.message ?? 'The whole log was searched.');
    });
  };
}

/**
 * The test for one line. Patterns run on RE2, whose time is linear in the line: with RegExp one pattern of a person
 * could stop the console for everybody (ReDoS). Throws bad-request on a pattern that RE2 does not know.
 */
export function createMatcher(
  request: Pick<LogsSearch, 'pattern' | 'regex' | 'caseSensitive'>,
): (text: string) => boolean {
  const { pattern, regex, caseSensitive } = request;
  if (!regex) {
    if (caseSensitive) return (text) => text.includes(pattern);
    const lower = pattern.toLowerCase();
    return (text) => text.toLowerCase().includes(lower);
  }
  try {
    const compiled = RE2JS.compile(pattern, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
    return (text) => compiled.test(text);
  } catch (error) {
    throw appError('bad-request', `This is no regular expression: ${messageOf(error)}.`, error);
  }
}
