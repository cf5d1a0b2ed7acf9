import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createInputQueue } from './input-queue.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

test('a paste of 64 KB arrives whole, in order and in pieces', async () => {
  const paste = Array.from({ length: 8192 }, (_, i) => String(i).padStart(7, '0')).join('\n');
  const sent: string[] = [];
  const queue = createInputQueue(
    async (chunk) => void sent.push(chunk),
    () => {},
  );
  queue.push(paste);
  while (queue.waiting > 0) await settle();
  expect(sent.join('')).toBe(paste);
  expect(Math.max(...sent.map((chunk) => chunk.length))).toBeLessThanOrEqual(4096);
});

test('waits for the server when it is slow', async () => {
  const waiting: (() => void)[] = [];
  let sent = 0;
  const queue = createInputQueue(
    () =>
      new Promise((resolve) => {
        sent++;
        waiting.push(resolve);
      }),
    () => {},
  );
  queue.push('x'.repeat(100_000));
  expect(sent).toBe(4);
  waiting.shift()?.();
  await settle();
  expect(sent).toBe(5);
});

test('no character is torn at a border, whatever is typed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 3000 }), { maxLength: 6 }), async (parts) => {
      const sent: string[] = [];
      const queue = createInputQueue(
        async (chunk) => void sent.push(chunk),
        () => {},
      );
      for (const part of parts) queue.push(part);
      while (queue.waiting > 0) await settle();
      expect(sent.join('')).toBe(parts.join(''));
      for (const chunk of sent) expect(chunk.isWellFormed()).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('after a lost piece nothing more is sent', async () => {
  const errors: unknown[] = [];
  let sent = 0;
  const queue = createInputQueue(
    async () => {
      sent++;
      throw new Error('gone');
    },
    (cause) => errors.push(cause),
  );
  queue.push('a');
  await settle();
  queue.push('b');
  await settle();
  expect(sent).toBe(1);
  expect(errors).toHaveLength(1);
});
