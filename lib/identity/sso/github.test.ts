import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readGithubClaims } from './github.ts';

// GitHub itself is not there to be asked; this answers as its API documents it, under the paths of a company's own server.
let server: Server;
let url = '';
let emails: object[] = [];
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((req, res) => {
    asked.push(`${req.headers.authorization} ${req.url}`);
    const path = new URL(req.url ?? '', 'http://x').pathname;
    const answers: Record<string, unknown> = {
      '/api/v3/user': { id: 42, login: 'ann', name: null },
      '/api/v3/user/emails': emails,
      '/api/v3/user/orgs': [{ login: 'acme' }],
      '/api/v3/user/teams': [{ slug: 'ops', organization: { login: 'acme' } }],
    };
    const answer = answers[path];
    res.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

it('takes the primary address with its own verification, and organisations and teams as groups', async () => {
  emails = [
    { email: 'other@example.org', primary: false, verified: true },
    { email: 'ann@example.org', primary: true, verified: false },
  ];
  expect(await readGithubClaims(url, 'token', true)).toEqual({
    sub: 42,
    name: 'ann',
    email: 'ann@example.org',
    email_verified: false,
    groups: ['acme', 'acme/ops'],
  });
  expect(asked.every((line) => line.startsWith('Bearer token '))).toBe(true);
});

it('asks for no groups where none are mapped, and fails where it is not answered', async () => {
  asked.length = 0;
  expect(await readGithubClaims(url, 'token', false)).toMatchObject({ groups: [] });
  expect(asked.some((line) => /orgs|teams/.test(line))).toBe(false);
  await expect(readGithubClaims(`${url}/nowhere`, 'token', true)).rejects.toThrow('answered 404');
});
