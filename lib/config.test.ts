import { expect, test } from 'vitest';
import { parseConfig } from './config.ts';

const parse = (env: Record<string, string>) => parseConfig(env, '1.2.3', (path) => `/root/${path}`);

test('an empty environment starts with the defaults of the contract', () => {
  expect(parse({})).toMatchObject({
    version: '1.2.3',
    port: 3000,
    host: '0.0.0.0',
    dataDir: '/root/./data',
    engines: [],
    trustedProxies: [],
    limits: { requests: 256, connections: 100, terminals: 32 },
  });
});

test('an empty variable counts as absent', () => {
  expect(parse({ PORT: '', DATABASE_URL: '', PILOTHOUSE_SECRET: '' }).port).toBe(3000);
});

test.each([
  ['PORT', { PORT: 'abc' }],
  ['PORT', { PORT: '70000' }],
  ['DATABASE_URL', { DATABASE_URL: 'mysql://x' }],
  ['PILOTHOUSE_URL', { PILOTHOUSE_URL: 'ftp://x' }],
  ['PILOTHOUSE_SECRET', { PILOTHOUSE_SECRET: 'short' }],
  ['PILOTHOUSE_ADMIN_EMAIL', { PILOTHOUSE_ADMIN_EMAIL: 'nobody' }],
  ['PILOTHOUSE_ADMIN_PASSWORD', { PILOTHOUSE_ADMIN_EMAIL: 'a@b.test' }],
  ['PILOTHOUSE_TLS_KEY', { PILOTHOUSE_TLS_CERT: 'x.pem' }],
  ['PILOTHOUSE_ENGINES', { PILOTHOUSE_ENGINES: 'Bad Name=unix:///x' }],
  ['PILOTHOUSE_ENGINES', { PILOTHOUSE_ENGINES: 'a=http://x' }],
  ['PILOTHOUSE_REQUESTS_MAX', { PILOTHOUSE_REQUESTS_MAX: '0' }],
  ['PILOTHOUSE_TERMINALS_MAX', { PILOTHOUSE_TERMINALS_MAX: 'many' }],
])('a bad value is one sentence that names %s', (name, env) => {
  expect(() => parse(env)).toThrow(new RegExp(`^[^\\n]*${name}[^\\n]*\\.$`));
});

test('engines keep what stands after the first equals sign', () => {
  expect(parse({ PILOTHOUSE_ENGINES: 'one=unix:///a.sock, two=tcp://h:2376?ca=/c&cert=/d&key=/e' }).engines).toEqual([
    { name: 'one', url: 'unix:///a.sock' },
    { name: 'two', url: 'tcp://h:2376?ca=/c&cert=/d&key=/e' },
  ]);
});
