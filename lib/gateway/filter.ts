import { Transform } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';

/** One line of JSON above this is left out: it can't be looked into within bounds, and so can't be passed on. */
export const lineBytesMax = 1024 * 1024;

/** A transform over JSON lines (events): drops or changes whole lines, passes all other bytes on unchanged. */
export function createLineFilter(options: {
  keep?: (event: unknown) => boolean;
  map?: (line: Buffer) => Buffer;
}): Transform {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  const pass = (line: Buffer): Buffer | undefined => {
    // RFC 7464 puts a record separator in front.
    const text = line.toString('utf8', line[0] === 0x1e ? 1 : 0);
    if (text.trim() === '') return line;
    if (options.keep && !options.keep(parseLine(text))) return undefined;
    return options.map ? options.map(line) : line;
  };

  const wait = (bytes: Buffer) => {
    waitingBytes += bytes.length;
    // Bounded: an engine that never ends its line must not fill our memory. Not an error: the event of one container
    // with a huge label would end this view for everybody, for as long as the engine remembers it.
    if (waitingBytes > lineBytesMax) waiting = [];
    else waiting.push(bytes);
  };

  /** The whole line; empty when it was too long. */
  const takeWaiting = (): Buffer => {
    const line = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return line;
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        const out: Buffer[] = [];
        let start = 0;
        for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
          wait(chunk.subarray(start, end + 1));
          const line = takeWaiting();
          const passed = line.length > 0 ? pass(line) : undefined;
          if (passed) out.push(passed);
          start = end + 1;
        }
        if (start < chunk.length) wait(chunk.subarray(start));
        done(null, out.length > 0 ? Buffer.concat(out) : undefined);
      } catch (error) {
        done(toError(error));
      }
    },
    flush(done) {
      try {
        const line = takeWaiting();
        done(null, line.length > 0 ? pass(line) : undefined);
      } catch (error) {
        done(toError(error));
      }
    },
  });
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw appError('internal', 'The engine sent a line that is not JSON.', error);
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
