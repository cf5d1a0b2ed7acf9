import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openSecretBox, secretBox } from './secret-box.ts';

const root = mkdtempSync(join(tmpdir(), 'pilothouse-secret-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('opens what it sealed, and seals the same text differently each time', () => {
  const box = secretBox('sixteen characters');
  const sealed = box.seal('engine', 'a private key é');
  expect(sealed).not.toContain('private');
  expect(box.seal('engine', 'a private key é')).not.toBe(sealed);
  expect(box.open('engine', sealed)).toBe('a private key é');
});

it('refuses another secret, another purpose, and changed or cut text, with a sentence that says why', () => {
  const sealed = secretBox('sixteen characters').seal('engine', 'x');
  const changed = Buffer.from(sealed, 'base64');
  changed[28] = (changed[28] ?? 0) ^ 1;
  const box = secretBox('sixteen characters');
  expect(() => secretBox('another secret here').open('engine', sealed)).toThrow(/PILOTHOUSE_SECRET/);
  expect(() => box.open('registry', sealed)).toThrow(/can't be decrypted/);
  expect(() => box.open('engine', changed.toString('base64'))).toThrow(/can't be decrypted/);
  expect(() => box.open('engine', sealed.slice(0, 20))).toThrow(/can't be decrypted/);
  expect(() => box.open('engine', '')).toThrow(/can't be decrypted/);
});

it('makes the secret once, for its owner alone, and leaves nothing beside it', () => {
  const dataDir = join(root, 'once');
  const sealed = openSecretBox({ dataDir }).seal('engine', 'x');
  expect(statSync(join(dataDir, 'secret')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'secret'), 'utf8').trim()).toHaveLength(43);
  expect(openSecretBox({ dataDir }).open('engine', sealed)).toBe('x');
  expect(readdirSync(dataDir)).toEqual(['secret']);
});

it('prefers a secret that was set, and then makes no file', () => {
  const dataDir = join(root, 'set');
  openSecretBox({ secret: 'sixteen characters', dataDir });
  expect(() => statSync(dataDir)).toThrow();
});

it('refuses a file that was emptied instead of using a weak key', () => {
  const dataDir = mkdtempSync(join(root, 'empty-'));
  writeFileSync(join(dataDir, 'secret'), '\n');
  expect(() => openSecretBox({ dataDir })).toThrow(/too short/);
});
