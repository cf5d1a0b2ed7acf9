import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { callConsole } from '#tests/lab/person.ts';

// The whole way of a sign-in: our server, Next, next-auth and the identity room. No engine is needed.
let lab: LabConsole;
beforeAll(async () => {
  lab = await startConsole();
});
afterAll(() => lab?.stop());

const account = (cookie: string) => callConsole(lab.url, 'GET', '/api/account', undefined, { Cookie: cookie });

it('sets one session cookie that scripts can not read, and names the person', async () => {
  const person = await lab.person('viewer');
  expect(person.cookie).toContain('pilothouse.session=');
  const { csrf, cookie } = await formToken();
  const answer = await post('/api/auth/callback/credentials', cookie, {
    csrfToken: csrf,
    email: person.email,
    password: person.password,
    json: 'true',
  });
  const session = answer.headers.getSetCookie().find((line) => line.startsWith('pilothouse.session='));
  expect(session).toMatch(/; HttpOnly/);
  expect(session).toMatch(/; SameSite=Lax/);
  expect(session).not.toMatch(/Secure/);
  const { json } = await account(person.cookie);
  expect(json).toMatchObject({ user: { email: person.email }, capabilities: { console: [] } });
});

it('refuses a wrong password and a form of another site', async () => {
  const person = await lab.person('viewer');
  const { csrf, cookie } = await formToken();
  const form = { email: person.email, password: 'wrong', json: 'true' };
  const wrong = await post('/api/auth/callback/credentials', cookie, { ...form, csrfToken: csrf });
  expect(wrong.status).toBe(401);
  expect(await wrong.text()).toContain('CredentialsSignin');
  const right = { ...form, password: person.password };
  for (const csrfToken of ['', 'x'.repeat(64)]) {
    const forged = await post('/api/auth/callback/credentials', cookie, { ...right, csrfToken });
    expect(forged.headers.getSetCookie().some((line) => line.startsWith('pilothouse.session='))).toBe(false);
  }
});

// Attack: session survives sign-out or a role change (portainer #10186, portainer #10568).
it('ends a session at once when it is revoked, when the person signs out, and when the person is disabled', async () => {
  const person = await lab.person('viewer');
  const second = await lab.signIn(person.email, person.password);
  const rows = z.object({ current: z.string() }).parse((await second.request('GET', '/api/sessions')).json);
  expect((await person.request('DELETE', `/api/sessions/${rows.current}`)).status).toBe(204);
  expect((await account(second.cookie)).status).toBe(401);

  const third = await lab.signIn(person.email, person.password);
  const { csrf, cookie } = await formToken();
  const session = third.cookie.split('; ').find((pair) => pair.startsWith('pilothouse.session='));
  const signedOut = await post('/api/auth/signout', `${cookie}; ${session}`, { csrfToken: csrf, json: 'true' });
  expect(signedOut.status).toBe(200);
  // The cookie is a signed text that somebody may have copied: it must be worth nothing any more.
  expect((await account(third.cookie)).status).toBe(401);

  const disabled = await lab.admin.request('PATCH', `/api/users/${person.id}`, { disabled: true });
  expect(disabled.status).toBe(200);
  expect((await account(person.cookie)).status).toBe(401);
  await expect(lab.signIn(person.email, person.password)).rejects.toThrow(/could not sign in/);
});

it('keeps the trail of sign-ins, right and wrong, without any password', async () => {
  const { text } = await lab.admin.request('GET', '/api/audit?operation=session.sign-in&limit=500');
  expect(text).toContain('"outcome":"denied"');
  expect(text).toContain('"outcome":"done"');
  expect(text).not.toMatch(/lab-person-password|lab-administrator/);
});

it('does not let a client choose the address that is written down', async () => {
  const person = await lab.person('viewer');
  await callConsole(lab.url, 'GET', '/api/users', undefined, {
    Cookie: person.cookie,
    'X-Forwarded-For': '203.0.113.9',
  });
  const { json } = await lab.admin.request('GET', `/api/audit?user=${person.email}&outcome=denied`);
  const { rows } = z.object({ rows: z.array(z.object({ address: z.string() })) }).parse(json);
  expect(rows.map(({ address }) => address)).toEqual(['127.0.0.1']);
});

async function formToken(): Promise<{ csrf: string; cookie: string }> {
  const answer = await fetch(`${lab.url}/api/auth/csrf`);
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await answer.json());
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  return { csrf: csrfToken, cookie };
}

function post(path: string, cookie: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${lab.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form),
  });
}
