import { expect, it } from 'vitest';
import { idFloor, newId } from './new-id.ts';

it('sorts as made, also 100,000 within one millisecond, and never repeats', () => {
  const at = Date.now() + 5000;
  const ids = Array.from({ length: 100_000 }, () => newId(at));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[0-9a-z]{22}$/.test(id))).toBe(true);
});

it('does not go back when the clock does', () => {
  const at = Date.now() + 50_000;
  const before = newId(at);
  expect(newId(at - 10_000) > before).toBe(true);
});

it('lies in the range of its time', () => {
  const at = Date.now() + 100_000;
  const id = newId(at);
  expect(id >= idFloor(at)).toBe(true);
  expect(id < idFloor(at + 1)).toBe(true);
});
