import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createByteBudget } from './byte-budget.ts';

const of = (...sizes: number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size)));

it('refuses what would hold more than all may together, and has room again when it is released', async () => {
  const budget = createByteBudget(100);
  const first = await budget.readAll(of(30, 30), 100);
  expect(first.bytes).toHaveLength(60);
  const second = of(20, 30);
  await expect(budget.readAll(second, 100)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  expect(second.destroyed).toBe(true);
  first.release();
  first.release();
  expect((await budget.readAll(of(50, 50), 100)).bytes).toHaveLength(100);
  await expect(budget.readAll(of(1), 100)).rejects.toMatchObject({ code: 'unavailable' });
});

it('gives back what a stream held that was too large by itself or broke', async () => {
  const budget = createByteBudget(100);
  await expect(budget.readAll(of(30, 30), 50)).rejects.toMatchObject({ code: 'too-large' });
  const broken = of(80);
  broken.once('data', () => broken.destroy(new Error('gone')));
  await expect(budget.readAll(broken, 100)).rejects.toThrow();
  await expect(budget.readAll(of(100), 100)).resolves.toBeDefined();
});
