import type { Readable } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';
import { readAll } from './ask.ts';

/** Memory for what must be held whole, shared by all requests. */
export interface ByteBudget {
  /**
   * Reads a stream to its end; `release` gives the room back when the bytes are gone. Throws too-large above `bytesMax`
   * and unavailable when the others leave no room; the stream is destroyed then.
   */
  readAll(body: Readable, bytesMax: number): Promise<{ bytes: Buffer; release(): void }>;
}

/** A budget of `totalMax` bytes. */
export function createByteBudget(totalMax: number): ByteBudget {
  let held = 0;
  return {
    async readAll(body, bytesMax) {
      let own = 0;
      const release = () => {
        held -= own;
        own = 0;
      };
      try {
        const bytes = await readAll(body, bytesMax, (count) => {
          if (held + count > totalMax)
            throw appError('unavailable', 'Too many large answers are under way at once; try again in a moment.');
          held += count;
          own += count;
        });
        return { bytes, release };
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}
