import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogText } from './log-text.ts';

async function textOf(bytes: Buffer, cuts: number[]): Promise<Buffer> {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
  return Buffer.concat(await Readable.from(parts, { objectMode: false }).pipe(createLogText()).toArray());
}

function frame(stream: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

describe('createLogText', () => {
  it('takes the frames apart wherever the chunks are cut', async () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 50 })), { minLength: 1 });
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(), { maxLength: 10 }), async (parts, cuts) => {
        const bytes = Buffer.concat(parts.map(([stream, payload]) => frame(stream, payload)));
        expect(await textOf(bytes, cuts)).toEqual(Buffer.concat(parts.map(([, payload]) => payload)));
      }),
    );
  });

  it("passes a terminal's log on as it is, also one of a few bytes", async () => {
    for (const text of ['$ ls\r\nbin etc\r\n', 'hi', '']) {
      expect((await textOf(Buffer.from(text), [1, 3])).toString()).toBe(text);
    }
  });

  it('ends with an error when the frames go wrong in the middle', async () => {
    const bytes = Buffer.concat([frame(1, Buffer.from('good')), Buffer.from('not a frame')]);
    await expect(textOf(bytes, [])).rejects.toThrow(/framed/);
  });
});
