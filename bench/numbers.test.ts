import { expect, test } from 'vitest';
import { formatRow, median, parseRssMb } from './numbers.ts';

test('the median of an even count lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
});

test('a missed bar is said', () => {
  const row = { what: 'list', bar: '1.2 x', unit: 'x', runs: [1.4, 1.3, 1.5], keeps: (value: number) => value <= 1.2 };
  expect(formatRow(row)).toContain('MISSED');
  expect(formatRow({ ...row, runs: [1, 1.1, 1.2] })).toContain('kept');
});

test('memory is read from the kernel', () => {
  expect(parseRssMb('VmPeak: 1 kB\nVmRSS:\t  2048 kB\n')).toBe(2);
});
