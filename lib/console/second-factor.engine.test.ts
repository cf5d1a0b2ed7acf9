import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { totpCode } from '#lib/identity/second-factor/totp.ts';
import { makeAuthenticator } from '#tests/lab/authenticator.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type SsoPerson, ssoPerson } from '#tests/lab/sso-person.ts';
import { connectRealtime } from '#tests/realtime/client.ts';

// Sign-ins with a second step through our server, Next and next-auth. No engine is needed: the door asks who it is first.
let lab: LabConsole;
/** Passkeys belong to a host name, and the console was asked by this one. */
let url = '';
beforeAll(async () => {
  lab = await startConsole();
  url = `http://localhost:${lab.port}`;
});
afterAll(() => lab?.stop());

const begunSchema = z.object({ secret: z.string(), ticket: z.string() });
const addedSchema = z.object({ recoveryCodes: z.array(z.string()), factor: z.object({ id: z.string() }) });
const challengeSchema = z.looseObject({ challenge: z.string() });

async function byPassword(who: { email: string; password: string }): Promise<SsoPerson> {
  const person = ssoPerson(url);
  await person.post('/api/auth/callback/credentials', { email: who.email, password: who.password });
  return person;
}
const isSignedIn = async (person: SsoPerson) => (await person.api('GET', '/api/account')).status === 200;
const factor = (person: SsoPerson, given: Record<string, string>) =>
  person.post('/api/auth/callback/second-factor', given);

async function addTotp(person: SsoPerson, proof?: object) {
  const begun = await person.api('POST', '/api/account/second-factors/totp', { proof });
  expect(begun.status, begun.text).toBe(200);
  const { secret, ticket } = begunSchema.parse(begun.json);
  const code = totpCode(secret, Date.now());
  const added = await person.api('POST', '/api/account/second-factors', { kind: 'totp', name: 'Phone', ticket, code });
  expect(added.status, added.text).toBe(200);
  return { secret, code, ...addedSchema.parse(added.json) };
}
/** The code of the next half minute, which is right already and has not been used. */
const nextCode = (secret: string) => totpCode(secret, Date.now() + 30_000);

it('makes no session of a password alone, whatever is then tried with it', async () => {
  const local = await lab.person('viewer');
  const { secret } = await addTotp(await byPassword(local));
  const person = await byPassword(local);
  expect(person.client.cookie(url, 'pilothouse.session')).toBeUndefined();
  const step = person.client.cookie(url, 'pilothouse.step') ?? '';
  expect(step).not.toBe('');
  const paths = ['/api/account', '/api/sessions', '/api/account/second-factors', '/docker/local/containers/json'];
  for (const name of ['pilothouse.step', 'pilothouse.session']) {
    for (const path of paths) {
      const answer = await fetch(`${url}${path}`, { headers: { Cookie: `${name}=${step}`, 'X-Pilothouse': '1' } });
      expect(answer.status, `${path} with ${name}`).toBe(401);
    }
    await expect(connectRealtime({ url }, { cookie: `${name}=${step}` })).rejects.toThrow('not-signed-in');
  }
  expect(await factor(person, { code: '000000' })).toContain('This%20code%20is%20wrong');
  expect(await factor(ssoPerson(url), { code: nextCode(secret) })).toContain('step-ended');
  expect(await isSignedIn(person)).toBe(false);
  await factor(person, { code: nextCode(secret) });
  expect(await isSignedIn(person)).toBe(true);
  const { text } = await lab.admin.request('GET', `/api/audit?operation=session.sign-in&limit=50`);
  expect(text).toContain('the second factor is still to come');
  expect(text).toContain('the second factor was wrong');
  expect(text).toContain('"secondFactor":"totp"');
});

it('takes a recovery code once, and asks who it is before it makes new ones or removes a factor', async () => {
  const local = await lab.person('viewer');
  const first = await byPassword(local);
  const { recoveryCodes, factor: added } = await addTotp(first);
  const [one = '', two = ''] = recoveryCodes;
  const person = await byPassword(local);
  await factor(person, { code: one });
  expect(await isSignedIn(person)).toBe(true);
  const again = await byPassword(local);
  await factor(again, { code: one });
  expect(await isSignedIn(again)).toBe(false);

  for (const [method, path] of [
    ['DELETE', `/api/account/second-factors/${added.id}`],
    ['POST', '/api/account/recovery-codes'],
  ] as const) {
    expect((await person.api(method, path, {})).status, path).toBe(403);
    expect((await person.api(method, path, { proof: { password: 'wrong-password' } })).status, path).toBe(403);
    expect((await person.api(method, path, { proof: { code: one } })).status, path).toBe(403);
  }
  const made = await person.api('POST', '/api/account/recovery-codes', { proof: { password: local.password } });
  expect(made.status, made.text).toBe(200);
  const old = await byPassword(local);
  await factor(old, { code: two });
  expect(await isSignedIn(old)).toBe(false);
  const removed = await person.api('DELETE', `/api/account/second-factors/${added.id}`, {
    proof: { password: local.password },
  });
  expect(removed.status, removed.text).toBe(204);
  expect(await isSignedIn(await byPassword(local))).toBe(true);
});

it('signs in by a passkey: as the second step and alone, and by no copied answer', async () => {
  const local = await lab.person('viewer');
  const owner = await byPassword(local);
  const key = makeAuthenticator();
  const options = await owner.api('POST', '/api/account/second-factors/passkey', {});
  expect(options.json).toMatchObject({ rp: { id: 'localhost' } });
  const response = key.register(challengeSchema.parse(options.json), url);
  const added = await owner.api('POST', '/api/account/second-factors', { kind: 'passkey', name: 'Key', response });
  expect(added.status, added.text).toBe(200);

  const assertion = async (person: SsoPerson, path: string) => {
    const { json } = await person.api('GET', path);
    return JSON.stringify(key.assert(challengeSchema.parse(json), url));
  };
  const second = await byPassword(local);
  expect(await isSignedIn(second)).toBe(false);
  await factor(second, { passkey: await assertion(second, '/api/sign-in/passkey?step=2') });
  expect(await isSignedIn(second)).toBe(true);

  const alone = ssoPerson(url);
  const passkey = await assertion(alone, '/api/sign-in/passkey');
  await alone.post('/api/auth/callback/passkey', { passkey });
  expect(await isSignedIn(alone)).toBe(true);
  const thief = ssoPerson(url);
  await thief.post('/api/auth/callback/passkey', { passkey });
  expect(await isSignedIn(thief)).toBe(false);
  expect((await thief.api('GET', '/api/sign-in/passkey?step=2')).status).toBe(403);
});

it('lets who needs a second factor and has none do nothing but add one: API, door, socket and pages', async () => {
  const local = await lab.person('administrator');
  const person = await byPassword(local);
  const cookie = person.client.cookieHeader(url);
  const { socket, received } = await connectRealtime({ url }, { cookie });
  expect((await lab.admin.request('PATCH', '/api/settings', { secondFactor: 'administrators' })).status).toBe(200);
  try {
    // Its own session among them: an administrator is no exception.
    expect((await lab.admin.request('GET', '/api/users')).status).toBe(401);
    await expect.poll(() => socket.disconnected, { timeout: 30_000 }).toBe(true);
    expect(received('session:end')).toHaveLength(1);
    for (const [method, path, body] of [
      ['GET', '/api/account'],
      ['GET', '/api/users'],
      ['POST', '/api/tokens', { name: 'a way around' }],
      ['POST', '/api/account/password', { current: local.password, next: 'another password' }],
      ['POST', '/api/account/recovery-codes', { proof: { password: local.password } }],
      ['PATCH', '/api/settings', { secondFactor: 'optional' }],
      ['GET', '/docker/local/containers/json'],
    ] as const) {
      expect((await person.api(method, path, body)).status, path).toBe(401);
    }
    await expect(connectRealtime({ url }, { cookie })).rejects.toThrow('not-signed-in');
    const page = await person.client.send(`${url}/containers`);
    expect(page.headers.get('location')).toMatch(/^\/sign-in/);
    const signIn = await person.client.send(`${url}/sign-in?next=/containers`);
    expect(signIn.headers.get('location')).toBe('/sign-in/enrol?next=%2Fcontainers');
    // Tokens were made by somebody whole, and are for machines.
    const byToken = await fetch(`${url}/api/users`, { headers: { Authorization: `Bearer ${local.token}` } });
    expect(byToken.status).toBe(200);

    await addTotp(person);
    expect((await person.api('GET', '/api/users')).status).toBe(200);
    const { json } = await person.api('GET', '/api/account/second-factors');
    const { factors } = z.object({ factors: z.array(z.object({ id: z.string() })) }).parse(json);
    const last = await person.api('DELETE', `/api/account/second-factors/${factors[0]?.id}`, {
      proof: { password: local.password },
    });
    expect(last.status).toBe(409);
  } finally {
    const settled = await person.api('PATCH', '/api/settings', { secondFactor: 'optional' });
    expect(settled.status).toBe(200);
  }
});

it('gives who has lost the phone a way in: the administrator takes the factors away, and all sessions end', async () => {
  const local = await lab.person('viewer');
  const person = await byPassword(local);
  await addTotp(person);
  const path = `/api/users/${local.id}/second-factors`;
  expect((await (await byPassword(await lab.person('viewer'))).api('DELETE', path)).status).toBe(403);
  expect((await lab.admin.request('DELETE', path)).status).toBe(204);
  expect(await isSignedIn(person)).toBe(false);
  expect(await isSignedIn(await byPassword(local))).toBe(true);
});
