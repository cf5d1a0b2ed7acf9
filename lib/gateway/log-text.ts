import { Transform } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';

const frameHeadBytes = 8;

/**
 * Turns a log as the engine sends it into its text: takes the frames of stdout and stderr apart, or passes a terminal's
 * log on as it is. Which of both it is shows in the first eight bytes: engines before 1.42 do not say it by a header.
 */
export function createLogText(): Transform {
  let pending: Buffer = Buffer.alloc(0);
  let framed: boolean | undefined;
  let payloadLeft = 0;

  const takeFrames = (transform: Transform) => {
    let at = 0;
    while (at < pending.length) {
      if (payloadLeft === 0) {
        if (pending.length - at < frameHeadBytes) break;
        if (!isFrameHead(pending, at)) throw appError('engine-unreachable', 'The log is not framed as it began.');
        payloadLeft = pending.readUInt32BE(at + 4);
        at += frameHeadBytes;
        continue;
      }
      const part = pending.subarray(at, at + payloadLeft);
      transform.push(part);
      payloadLeft -= part.length;
      at += part.length;
    }
    pending = pending.subarray(at);
  };

  return new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      try {
        pending = pending.length ? Buffer.concat([pending, chunk]) : chunk;
        if (framed === undefined && pending.length >= frameHeadBytes) framed = isFrameHead(pending, 0);
        if (framed === true) takeFrames(this);
        else if (framed === false) {
          this.push(pending);
          pending = Buffer.alloc(0);
        }
        callback();
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)));
      }
    },
    flush(callback) {
      // Shorter than one frame's head: a terminal that said little.
      if (framed === undefined && pending.length) this.push(pending);
      callback();
    },
  });
}

function isFrameHead(bytes: Buffer, at: number): boolean {
  const stream = bytes[at] ?? 255;
  return stream <= 3 && bytes[at + 1] === 0 && bytes[at + 2] === 0 && bytes[at + 3] === 0;
}
