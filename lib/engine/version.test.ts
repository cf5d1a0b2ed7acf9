import { expect, test } from 'vitest';
import { negotiate, readVersion } from './version.ts';

test.each([
  ['1.41', '1.12', '1.41'],
  ['1.40', undefined, '1.40'],
  ['1.51', '1.44', '1.51'],
  ['1.60', '1.44', '1.51'],
  ['1.70', '1.60', '1.60'],
  ['1.9', undefined, '1.9'],
])('an engine of API %s (lowest %s) is spoken to in %s', (highest, lowest, expected) => {
  expect(negotiate(highest, lowest)).toBe(expected);
});

test('Docker and Podman are told apart by their components', () => {
  const base = { Version: '4.3.1', ApiVersion: '1.41', MinAPIVersion: '1.24' };
  expect(readVersion({ ...base, Components: [{ Name: 'Podman Engine' }] }).product).toBe('Podman');
  expect(readVersion({ ...base, Components: [{ Name: 'Engine' }, { Name: 'containerd' }] }).product).toBe('Docker');
  expect(readVersion({ ...base, Components: null }).product).toBe('Docker');
});

test('what is no answer to /version throws', () => {
  expect(() => readVersion({ ApiVersion: '1.41/../..' })).toThrow();
  expect(() => readVersion('OK')).toThrow();
});
