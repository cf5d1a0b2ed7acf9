import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { readAll } from './ask.ts';
import { type Forwarded, type ForwardInput, forwardSmall } from './forward.ts';

/** What engines answered a while ago, for all who may ask the same. */
export interface SharedAnswers {
  /**
   * Sends the request, or gives what was answered at most five minutes ago with its `age` in seconds, where `mayBeOld`.
   * It is the engine's own answer: filtering and masking for the asker are still to be done.
   */
  send(input: ForwardInput, mayBeOld: boolean): Promise<Forwarded>;
}

interface Kept {
  atMs: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

const ageMsMax = 5 * 60_000;
const keptMax = 64;
const keptBytesMax = 4 * 1024 * 1024;
const answerBytesMax = 64 * 1024 * 1024;

/**
 * An engine walks its whole disk for `/system/df`, and every page that shows it asks while it is open. Whoever asks by
 * hand is answered anew, and the pages get that answer from then on. Each request is decided and counted as ever.
 */
export function createSharedAnswers(now: () => number): SharedAnswers {
  const kept = new Map<string, Kept>();
  const asking = new Map<string, Promise<unknown>>();

  const recall = (key: string): Forwarded | undefined => {
    const known = kept.get(key);
    const ageMs = now() - (known?.atMs ?? 0);
    if (!known || ageMs >= ageMsMax) return undefined;
    return toForwarded({ ...known.headers, age: String(Math.floor(ageMs / 1000)) }, known.bytes);
  };

  async function ask(key: string, input: ForwardInput): Promise<Forwarded> {
    const answer = await forwardSmall(input);
    // What is no plain success is nobody else's.
    if (answer.status !== 200 || 'content-encoding' in answer.headers) return answer;
    const bytes = await readAll(answer.body, answerBytesMax);
    const headers = { ...answer.headers, 'content-length': String(bytes.length) };
    kept.delete(key);
    if (bytes.length <= keptBytesMax) kept.set(key, { atMs: now(), headers, bytes });
    for (const oldest of kept.keys()) if (kept.size > keptMax) kept.delete(oldest);
    return toForwarded(headers, bytes);
  }

  return {
    async send(input, mayBeOld) {
      const key = `${input.engineId} ${input.path}`;
      if (mayBeOld) {
        // Another page's question that is under way is waited for; if it fails or is left, this one asks itself.
        const pending = asking.get(key);
        if (pending) await pending.catch(() => undefined);
        input.signal.throwIfAborted();
        const recalled = recall(key);
        if (recalled) return recalled;
      }
      const asked = ask(key, input);
      asking.set(key, asked);
      try {
        return await asked;
      } finally {
        if (asking.get(key) === asked) asking.delete(key);
      }
    },
  };
}

function toForwarded(headers: IncomingHttpHeaders, bytes: Buffer): Forwarded {
  return { status: 200, headers, body: Readable.from([bytes], { objectMode: false }) };
}
