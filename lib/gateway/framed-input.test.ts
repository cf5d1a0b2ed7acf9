import { once } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOfInput, frameInput } from '#lib/shared/input-frames.ts';
import { createFramedInput } from './framed-input.ts';

async function unframe(pieces: Uint8Array[]): Promise<Buffer> {
  const input = createFramedInput();
  const out: Buffer[] = [];
  input.on('data', (chunk: Buffer) => out.push(chunk));
  const ended = once(input, 'end');
  for (const piece of pieces) input.write(piece);
  await ended;
  return Buffer.concat(out);
}

test('what was framed comes out unchanged and ends, however the bytes were cut on the way', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((part) => Buffer.from(part));
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), fc.integer({ min: 1, max: 9 }), async (parts, cut) => {
      const wire = Buffer.concat([...parts.map(frameInput), endOfInput]);
      const pieces: Buffer[] = [];
      for (let at = 0; at < wire.length; at += cut) pieces.push(wire.subarray(at, at + cut));
      expect(await unframe(pieces)).toEqual(Buffer.concat(parts));
    }),
  );
});

test('what stands behind the end never becomes input', async () => {
  const late = frameInput(Buffer.from('late'));
  expect(await unframe([Buffer.concat([frameInput(Buffer.from('x')), endOfInput, late])])).toEqual(Buffer.from('x'));
});

test('a connection that breaks off is an error, not an end', async () => {
  const input = createFramedInput();
  input.resume();
  input.end(frameInput(Buffer.from('half')).subarray(0, 6));
  const [error] = (await once(input, 'error')) as [Error];
  expect(error.message).toContain('broke off');
});
