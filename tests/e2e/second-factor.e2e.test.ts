import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { totpCode } from '#lib/identity/second-factor/totp.ts';
import { startBrowser } from '#tests/lab/browser.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type LabOidc, startOidc } from '#tests/lab/oidc.ts';
import type { Person } from '#tests/lab/person.ts';
import { fillSignIn, patienceMs, whenLive } from './fixture.ts';
import { see } from './steps.ts';

// Passkeys belong to a host name, so the console is opened by one. No engine is needed.
let console_: LabConsole;
let browser: Browser;
let oidc: LabOidc;
let origin = '';
const problems: string[] = [];

beforeAll(async () => {
  [console_, browser] = await Promise.all([startConsole(), startBrowser()]);
  origin = `http://localhost:${console_.port}`;
  oidc = await startOidc([`${origin}/api/auth/callback/acme`]);
});
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
  expect(problems.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await oidc?.stop();
  await console_?.stop();
});

async function openPage(): Promise<Page> {
  const context = await browser.newContext({ baseURL: origin, timezoneId: 'UTC', reducedMotion: 'reduce' });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  page.on('console', (message) => {
    // A refused sign-in is a 401 or 403; everything else, the Content-Security-Policy among it, is a fault of ours.
    if (message.type() === 'error' && !/status of 40[13]|ERR_NETWORK_CHANGED/.test(message.text()))
      problems.push(message.text());
  });
  return page;
}

async function signIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>, path: string) {
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await fillSignIn(page, email, password);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/sign-in');
}

/** Reads the key that is shown beside the QR code, and gives the app's first code back. */
async function addApp(page: Page): Promise<string> {
  await see(page.getByRole('img', { name: 'QR code for the authenticator app' }));
  const key = await page.locator('code', { hasText: /^[A-Z2-7 ]{32,}$/ }).textContent();
  const secret = key?.replaceAll(' ', '') ?? '';
  await page.getByLabel('Code of the app').fill(totpCode(secret, Date.now()));
  await page.getByRole('button', { name: 'Add the app' }).click();
  await see(page.getByRole('list', { name: 'Recovery codes' }));
  return secret;
}

/** A security key that is always there and knows its person, by the browser's own test interface. */
async function addVirtualKey(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

test('an app is added by its key, and from then on the password is half of the sign-in', async () => {
  const person = await console_.person('viewer');
  const page = await openPage();
  await signIn(page, person, '/settings/account');
  await page.getByRole('button', { name: 'Add an app' }).click();
  const secret = await addApp(page);
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
  const recovery = (await codes.first().textContent()) ?? '';
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await see(
    page.getByRole('table', { name: 'Second factors' }).getByRole('cell', { name: 'Authenticator app' }).first(),
  );
  await see(page.getByText('10 recovery codes are left.'));
  await signOut(page);

  await signIn(page, person, '/settings/account');
  await see(page.getByRole('heading', { name: 'Second step' }));
  await page.getByLabel('Code of your authenticator app').fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await see(page.getByRole('alert').getByText('This code is wrong'));
  await page.getByLabel('Code of your authenticator app').fill(totpCode(secret, Date.now() + 30_000));
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/settings/account');
  await signOut(page);

  await signIn(page, person, '/settings/account');
  await page.getByRole('button', { name: 'Use a recovery code' }).click();
  await page.getByLabel('Recovery code').fill(recovery);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === '/settings/account');
  await see(page.getByText('9 recovery codes are left.'));

  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel('Your password').fill('not-the-password');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await see(page.getByRole('alert').getByText('The password is wrong.'));
  await page.getByLabel('Your password').fill(person.password);
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await see(page.getByText('None yet. Add an app or a passkey.'));
});

test('a passkey is made, signs in alone, and is the second step after a password', async () => {
  const person = await console_.person('viewer');
  const page = await openPage();
  await addVirtualKey(page);
  await signIn(page, person, '/settings/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByLabel('Name').fill('Laptop');
  await page.getByRole('button', { name: 'Make the passkey' }).click();
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await see(page.getByRole('table', { name: 'Second factors' }).getByRole('cell', { name: 'Laptop' }));
  await signOut(page);

  await page.goto('/sign-in?next=/settings/account');
  await whenLive(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL((url) => url.pathname === '/settings/account');
  await signOut(page);

  await signIn(page, person, '/settings/account');
  await see(page.getByRole('heading', { name: 'Second step' }));
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL((url) => url.pathname === '/settings/account');
});

test('a provider is set up on a page, and a new person who comes by it sees nothing, and is told so', async () => {
  const page = await openPage();
  await signIn(page, console_.admin, '/settings/sign-in');
  await page.getByRole('button', { name: 'Add provider' }).click();
  await page.getByLabel('Id', { exact: true }).fill('acme');
  await page.getByRole('dialog').getByLabel('Name').fill('Acme');
  await page.getByLabel('Address', { exact: true }).fill(`${oidc.issuer}/.well-known/openid-configuration`);
  await page.getByLabel('Client id').fill(oidc.clientId);
  await page.getByLabel('Client secret').fill(oidc.clientSecret);
  await page.getByRole('dialog').getByRole('button', { name: 'Add provider' }).click();
  await see(page.getByRole('table', { name: 'Identity providers' }).getByRole('cell', { name: 'Acme' }));

  await oidc.setPerson('ann', { email: 'ann@acme.example', email_verified: true, name: 'Ann' });
  const other = await openPage();
  await other.goto('/sign-in');
  await whenLive(other);
  await other.getByRole('button', { name: 'Continue with Acme' }).click();
  await see(other.getByRole('heading', { name: 'Fleet' }));
  await see(other.getByText('Nobody has given you a role on one yet.'));

  await oidc.setPerson('eve', { email: 'eve@acme.example', email_verified: false });
  const third = await openPage();
  await third.goto('/sign-in');
  await whenLive(third);
  await third.getByRole('button', { name: 'Continue with Acme' }).click();
  await see(third.getByRole('alert').getByText('does not say that your e-mail address is verified'));
});

test('who must have a second factor is led to add one, and gets to nothing before', async () => {
  const person = await console_.person('viewer');
  const answer = await console_.admin.request('PATCH', '/api/settings', { secondFactor: 'everyone' });
  expect(answer.status, answer.text).toBe(200);
  const page = await openPage();
  await signIn(page, person, '/containers');
  await see(page.getByRole('heading', { name: 'Add a second factor' }));
  await page.goto('/settings/account');
  await see(page.getByRole('heading', { name: 'Add a second factor' }));
  await whenLive(page);
  await page.getByRole('button', { name: 'Use an authenticator app' }).click();
  await addApp(page);
  await page.getByRole('button', { name: 'I have kept them' }).click();
  await page.waitForURL((url) => url.pathname === '/settings/account');
});
