import { Transform } from 'node:stream';
import { frameSizeBytes } from '#lib/shared/input-frames.ts';

/**
 * Frames (lib/shared/input-frames.ts) in, input out; ends with the end frame. A connection that breaks off before it is an error, not an end: whoever
 * vanishes in the middle of `docker load` has not finished. Holds no more than a frame's head back.
 */
export function createFramedInput(): Transform {
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  let ended = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let rest = chunk;
      while (rest.length > 0 && !ended) {
        if (left > 0) {
          const part = rest.subarray(0, left);
          rest = rest.subarray(part.length);
          left -= part.length;
          this.push(part);
          continue;
        }
        const missing = frameSizeBytes - head.length;
        head = Buffer.concat([head, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (head.length < frameSizeBytes) break;
        left = head.readUInt32BE();
        head = Buffer.alloc(0);
        if (left === 0) {
          ended = true;
          this.push(null);
        }
      }
      // What comes behind the end is nobody's; it is read, so that the connection's own end is noticed.
      done();
    },
    flush(done) {
      done(ended ? null : new Error('The input broke off before its end.'));
    },
  });
}
