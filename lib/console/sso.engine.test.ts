import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { totpCode } from '#lib/identity/second-factor/totp.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { type LabOidc, type Lie, startOidc } from '#tests/lab/oidc.ts';
import { type SsoPerson, ssoPerson } from '#tests/lab/sso-person.ts';

// The whole way: our server, Next, next-auth, the identity room, and a real OpenID provider in a process of its own.
let lab: Lab;
let engine: LabEngine;
let console_: LabConsole;
let oidc: LabOidc;
let made = 0;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine();
  console_ = await startConsole({ engines: { local: engine.url } });
  oidc = await startOidc([`${console_.url}/api/auth/callback/acme`]);
  await createProvider();
});
afterAll(async () => {
  await oidc?.stop();
  await console_?.stop();
  await lab?.close();
});

const admin = (method: string, path: string, body?: unknown) => console_.admin.request(method, path, body);
const newPerson = () => ssoPerson(console_.url);
const change = async (body: object) => {
  const answer = await admin('PATCH', '/api/sign-in/providers/acme', body);
  expect(answer.status, answer.text).toBe(200);
};

/** In force without a restart: the console runs already. */
async function createProvider(): Promise<void> {
  const { issuer: url, clientId, clientSecret } = oidc;
  const provider = { id: 'acme', kind: 'oidc', name: 'Acme', url, clientId, clientSecret, scopes: ['groups'] };
  const answer = await admin('POST', '/api/sign-in/providers', provider);
  expect(answer.status, answer.text).toBe(200);
}

/** Someone new at the provider, with a verified e-mail unless `claims` say otherwise. */
async function known(claims: Record<string, unknown> = {}): Promise<{ sub: string; email: string }> {
  const sub = `person-${++made}`;
  const email = typeof claims.email === 'string' ? claims.email : `${sub}@acme.example`;
  await oidc.setPerson(sub, { email, email_verified: true, name: `Person ${made}`, groups: [], ...claims });
  return { sub, email };
}

async function capabilities(person: SsoPerson) {
  const { json } = await person.api('GET', '/api/account');
  return z
    .object({
      user: z.object({ id: z.string(), email: z.string() }),
      capabilities: z.object({ engines: z.record(z.string(), z.unknown()), console: z.array(z.string()) }),
    })
    .parse(json);
}

const trail = async (query: string) => (await admin('GET', `/api/audit?${query}`)).text;

describe('a first sign-in', () => {
  // Attack: first SSO login gets admin (dockhand #1).
  it('makes a user who may nothing, and nothing of the console least of all; both stand in the trail', async () => {
    const { email } = await known();
    const person = newPerson();
    expect(await person.signIn('acme')).toEqual({ location: '/', signedIn: true });
    const { user, capabilities: may } = await capabilities(person);
    expect(user.email).toBe(email);
    expect(may).toEqual({ engines: {}, console: [] });
    expect((await person.api('GET', '/docker/local/containers/json')).status).toBe(404);
    expect((await admin('GET', `/api/grants?subject=${user.id}`)).text).not.toContain(user.id);
    expect(await trail('operation=user.created-by-provider')).toContain(email);
    expect(await trail(`operation=session.sign-in&user=${email}`)).toContain('"by":"acme"');
  });

  it('is the same person the next time, also under another e-mail', async () => {
    const { sub } = await known();
    const [first, second] = [newPerson(), newPerson()];
    await first.signIn('acme');
    await oidc.setPerson(sub, { email: 'married@acme.example', email_verified: true, groups: [] });
    await second.signIn('acme');
    expect((await capabilities(second)).user.id).toBe((await capabilities(first)).user.id);
  });

  it('refuses an e-mail that is not verified, and none at all', async () => {
    await known({ email_verified: false });
    expect(await newPerson().signIn('acme')).toEqual({ location: '/sign-in?error=sso-unverified', signedIn: false });
    await known({ email_verified: 'yes' });
    expect(await newPerson().signIn('acme')).toMatchObject({ signedIn: false });
    await oidc.setPerson(`person-${++made}`, { name: 'No Mail' });
    expect(await newPerson().signIn('acme')).toEqual({ location: '/sign-in?error=sso-no-email', signedIn: false });
  });

  it("takes nobody's account over by its e-mail, unless that is allowed, and an administrator's never", async () => {
    const local = await console_.person('viewer');
    const taken = { location: '/sign-in?error=sso-taken', signedIn: false };
    await known({ email: local.email });
    expect(await newPerson().signIn('acme')).toEqual(taken);
    await change({ linkByEmail: true });
    try {
      const { sub } = await known({ email: console_.admin.email });
      expect(await newPerson().signIn('acme')).toEqual(taken);
      await oidc.setPerson(sub, { email: local.email, email_verified: false });
      expect((await newPerson().signIn('acme')).signedIn).toBe(false);
      await oidc.setPerson(sub, { email: local.email, email_verified: true });
      const person = newPerson();
      expect((await person.signIn('acme')).signedIn).toBe(true);
      expect((await capabilities(person)).user.email).toBe(local.email);
    } finally {
      await change({ linkByEmail: false });
    }
  });
});

describe('groups', () => {
  it('give teams and take them away at every sign-in; what a lost team showed ends while it is open', async () => {
    const made_ = await admin('POST', '/api/teams', { name: 'Shop', description: '' });
    const { id: teamId } = z.object({ id: z.string() }).parse(made_.json);
    const scope = { kind: 'all', value: '' };
    await admin('POST', '/api/grants', { subjectKind: 'team', subjectId: teamId, role: 'viewer', scope });
    await change({ groups: [{ group: 'docker-shop', teamId }] });
    const { sub, email } = await known({ groups: ['staff', 'docker-shop'] });
    const person = newPerson();
    expect((await person.signIn('acme')).signedIn).toBe(true);
    expect((await person.api('GET', '/docker/local/containers/json')).status).toBe(200);

    const events = await person.client.send(`${console_.url}/docker/local/events`, {
      headers: { 'X-Pilothouse': '1' },
    });
    expect(events.status).toBe(200);
    let ended = false;
    const reader = events.body?.getReader();
    void (async () => {
      while (!(await reader?.read())?.done);
    })()
      .catch(() => undefined)
      .finally(() => {
        ended = true;
      });
    await oidc.setPerson(sub, { email, email_verified: true, groups: ['staff'] });
    // In another browser: what the first one has open must hear of it.
    expect((await newPerson().signIn('acme')).signedIn).toBe(true);
    await waitFor('the open stream to end', () => ended);
    expect((await person.api('GET', '/docker/local/containers/json')).status).toBe(404);

    await oidc.setPerson(sub, { email, email_verified: true, groups: ['docker-shop'] });
    await newPerson().signIn('acme');
    expect((await person.api('GET', '/docker/local/containers/json')).status).toBe(200);
    // Without the mapping nothing stands for the membership any more.
    await change({ groups: [] });
    expect((await person.api('GET', '/docker/local/containers/json')).status).toBe(404);
  });

  it('keep out whoever is in none of them where only their members come in, and take away what they gave', async () => {
    const made_ = await admin('POST', '/api/teams', { name: 'Only', description: '' });
    const { id: teamId } = z.object({ id: z.string() }).parse(made_.json);
    await change({ groups: [{ group: 'only', teamId }], admit: 'mapped' });
    try {
      const { sub, email } = await known({ groups: ['only'] });
      expect((await newPerson().signIn('acme')).signedIn).toBe(true);
      expect((await admin('GET', `/api/teams/${teamId}`)).text).toContain(email);
      await oidc.setPerson(sub, { email, email_verified: true, groups: [] });
      const refused = { location: '/sign-in?error=sso-not-admitted', signedIn: false };
      expect(await newPerson().signIn('acme')).toEqual(refused);
      expect((await admin('GET', `/api/teams/${teamId}`)).text).not.toContain(email);
    } finally {
      await change({ groups: [], admit: 'anyone' });
    }
  });
});

describe('an answer that is not to be believed', () => {
  it.each<Lie>(['nonce', 'issuer', 'audience', 'expired', 'signature', 'none'])(
    'signs nobody in: an ID token with a wrong %s',
    async (lie) => {
      await known();
      await oidc.setLie(lie);
      try {
        const end = await newPerson().signIn('acme');
        expect(end).toEqual({ location: '/sign-in?error=OAuthCallback', signedIn: false });
      } finally {
        await oidc.setLie(undefined);
      }
      expect(await trail('operation=session.sign-in&outcome=denied')).toContain('acme: ');
    },
  );

  it('signs nobody in: another state, none, another issuer in the answer, another browser', async () => {
    await known();
    const person = newPerson();
    const callback = new URL(await person.begin('acme'));
    const tampered = (edit: (query: URLSearchParams) => void) => {
      const url = new URL(callback);
      edit(url.searchParams);
      return url.href;
    };
    const other = { location: '/sign-in?error=OAuthCallback', signedIn: false };
    const copy = () => ssoPerson(console_.url, person.client.copy());
    expect(await copy().finish(tampered((query) => query.set('state', 'guessed')))).toEqual(other);
    expect(await copy().finish(tampered((query) => query.delete('state')))).toEqual(other);
    expect(await copy().finish(tampered((query) => query.set('iss', 'https://another.example')))).toEqual(other);
    // Session swapping: a victim's browser is sent to the callback of the attacker's own sign-in.
    expect(await newPerson().finish(callback.href)).toEqual(other);
    expect(await person.finish(callback.href)).toEqual({ location: '/', signedIn: true });
  });

  it('signs nobody in a second time by the same answer, also with every cookie copied', async () => {
    await known();
    const person = newPerson();
    const callback = await person.begin('acme');
    const thief = ssoPerson(console_.url, person.client.copy());
    expect((await person.finish(callback)).signedIn).toBe(true);
    expect((await thief.finish(callback)).signedIn).toBe(false);
  });

  it('knows no provider that is switched off, and tells when one does not answer', async () => {
    await change({ enabled: false });
    try {
      expect(await newPerson().post('/api/auth/signin/acme', {})).toBe('/sign-in?error=sso-gone');
    } finally {
      await change({ enabled: true });
    }
    expect(await newPerson().post('/api/auth/signin/nobody', {})).toBe('/sign-in?error=sso-gone');
  });
});

describe('beside the password', () => {
  it('connects a provider to the account that asked for it, in that session alone', async () => {
    const local = await console_.person('viewer');
    const signedIn = ssoPerson(console_.url);
    await signedIn.post('/api/auth/callback/credentials', { email: local.email, password: local.password });
    await known({ email: 'elsewhere@acme.example' });
    const begun = await signedIn.api('POST', '/api/account/connections', { provider: 'acme' });
    expect(begun.status, begun.text).toBe(200);
    const callback = await signedIn.begin('acme', '/settings/account');
    // A browser whose session is another one brings the mark, and nothing is connected.
    const other = ssoPerson(console_.url, signedIn.client.copy());
    await other.post('/api/auth/callback/credentials', {
      email: console_.admin.email,
      password: console_.admin.password,
    });
    expect((await other.finish(callback)).location).toBe('/sign-in?error=sso-connect');
    const again = await signedIn.begin('acme', '/settings/account');
    expect((await signedIn.finish(again)).location).toBe('/settings/account');
    const later = newPerson();
    expect((await later.signIn('acme')).signedIn).toBe(true);
    expect((await capabilities(later)).user.email).toBe(local.email);
  });

  it('still asks for the second factor that a person has here, unless the provider is trusted with it', async () => {
    await known();
    const person = newPerson();
    await person.signIn('acme');
    const begun = await person.api('POST', '/api/account/second-factors/totp', {});
    const { secret, ticket } = z.object({ secret: z.string(), ticket: z.string() }).parse(begun.json);
    const code = totpCode(secret, Date.now());
    const added = await person.api('POST', '/api/account/second-factors', {
      kind: 'totp',
      name: 'Phone',
      ticket,
      code,
    });
    expect(added.status, added.text).toBe(200);
    const again = newPerson();
    expect(await again.signIn('acme')).toEqual({ location: '/sign-in?step=2&next=%2F', signedIn: false });
    expect((await again.api('GET', '/api/account')).status).toBe(401);
    await again.post('/api/auth/callback/second-factor', { code: totpCode(secret, Date.now() + 30_000) });
    expect((await again.api('GET', '/api/account')).status).toBe(200);
    await change({ trustSecondFactor: true });
    try {
      expect(await newPerson().signIn('acme')).toEqual({ location: '/', signedIn: true });
    } finally {
      await change({ trustSecondFactor: false });
    }
  });
});

describe('setting one up', () => {
  it('tells no secret, and takes no address that the console must not call', async () => {
    const listed = await admin('GET', '/api/sign-in/providers');
    expect(listed.text).toContain('"clientId":"pilothouse"');
    expect(listed.text + (await trail('operation=console.settings'))).not.toContain(oidc.clientSecret);
    const input = { kind: 'oidc', name: 'X', clientId: 'x', clientSecret: 'x' };
    for (const url of [
      'http://169.254.169.254',
      'http://id.example.org',
      'https://[fe80::1]',
      'file:///etc/passwd',
      'x',
    ]) {
      const refused = await admin('POST', '/api/sign-in/providers', { ...input, id: 'bad', url });
      expect(refused.status, url).toBe(400);
    }
    // Another address would get the secret of this one.
    const moved = await admin('PATCH', '/api/sign-in/providers/acme', { url: `${oidc.issuer}/other` });
    expect(moved.status).toBe(400);
  });

  it('is for administrators alone, also where somebody may change settings', async () => {
    const role = {
      name: 'setter',
      description: '',
      patterns: ['console.settings'],
      hostAccess: false,
      seeSecrets: false,
    };
    await admin('POST', '/api/roles', role);
    const person = await console_.person(undefined);
    const grant = { subjectKind: 'user', subjectId: person.id, role: 'setter', scope: { kind: 'all', value: '' } };
    expect((await admin('POST', '/api/grants', grant)).status).toBe(200);
    expect((await person.request('GET', '/api/sign-in/providers')).status).toBe(200);
    expect((await person.request('PATCH', '/api/sign-in/providers/acme', { linkByEmail: true })).status).toBe(403);
    expect((await person.request('PATCH', '/api/sign-in/policy', { passwords: 'everyone' })).status).toBe(403);
  });
});
