import { expect, test } from 'vitest';
import { z } from 'zod';
import { startConsole } from '#tests/lab/console.ts';
import { allowProblem, fillSignIn, openAs, openPage, prepareStage, whenLive } from './fixture.ts';
import { see } from './steps.ts';

const stage = prepareStage();

test('a wrong password is refused in words, the right one leads to the page that was asked for', async () => {
  const page = await openPage(stage);
  allowProblem(page, /status of 401/);
  await page.goto('/images?q=busybox');
  await page.waitForURL((url) => url.pathname === '/sign-in');
  await fillSignIn(page, stage.console.admin.email, 'not-the-password');
  await see(page.getByRole('alert').getByText('E-mail or password is wrong.'));
  await fillSignIn(page, stage.console.admin.email, stage.console.admin.password);
  await page.waitForURL((url) => url.pathname + url.search === '/images?q=busybox');
  await see(page.getByRole('grid', { name: 'Images' }));
});

test('after signing out the back button and a deep link lead to the sign-in page', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers', { anew: true });
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/sign-in');
  await page.goto('/containers');
  await page.waitForURL((url) => url.pathname === '/sign-in');
  await see(page.getByLabel('Password'));
  const answer = await page.request.get('/docker/local/containers/json', { headers: { 'X-Pilothouse': '1' } });
  expect(answer.status()).toBe(401);
});

test('the sign-in leads nowhere outside of the console', async () => {
  const page = await openPage(stage);
  await page.goto('/sign-in?next=//evil.example/');
  await fillSignIn(page, stage.console.admin.email, stage.console.admin.password);
  await see(page.getByRole('heading', { name: 'Fleet' }));
  expect(new URL(page.url()).origin).toBe(stage.console.url);
});

test('without an administrator only the printed link makes one, and only once', async () => {
  const fresh = await startConsole({
    engines: { local: stage.local.url },
    firstRun: true,
  });
  try {
    const link = /https?:\/\/\S+\/setup\?secret=\S+/.exec(fresh.log())?.[0] ?? '';
    expect(link).not.toBe('');
    const stranger = await openPage(stage, { baseURL: fresh.url });
    allowProblem(stranger, /status of 40[13]/);
    await stranger.goto('/');
    await stranger.waitForURL((url) => url.pathname === '/setup');
    await see(stranger.getByText('no stranger can be first'));
    expect(await stranger.getByRole('textbox').count()).toBe(0);
    await stranger.goto('/setup?secret=guessed');
    await fillSetup(stranger);
    await see(stranger.getByRole('alert'));

    const page = await openPage(stage, { baseURL: fresh.url });
    await page.goto(link);
    await fillSetup(page);
    await see(page.getByRole('heading', { name: 'Fleet' }));
    await see(page.getByRole('link', { name: 'local' }));
    await stranger.goto(link);
    await stranger.waitForURL((url) => url.pathname === '/sign-in');
    // Otherwise they complain, rightly, that their console is gone.
    await Promise.all([page.close(), stranger.close()]);
  } finally {
    await fresh.stop();
  }

  async function fillSetup(page: Awaited<ReturnType<typeof openPage>>) {
    await whenLive(page);
    await page.getByLabel('Name').fill('Ada');
    await page.getByLabel('E-mail').fill('ada@pilothouse.test');
    await page.getByLabel('Password').fill('a-long-first-password');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
  }
});

test('a reset link sets a new password once, ends what was open, and stands in no address', async () => {
  const { admin } = stage.console;
  const person = await stage.console.person('viewer');
  const open = await openAs(stage, person, '/containers');
  allowProblem(open, /status of 401|WebSocket/);
  await admin.request('PATCH', '/api/settings', { banner: 'Maintenance on Friday.' });
  const { json } = await admin.request('POST', `/api/users/${person.id}/reset`);
  const { url } = z.object({ url: z.string() }).parse(json);

  const page = await openPage(stage);
  allowProblem(page, /status of 40[03]/);
  await page.goto(url);
  await see(page.getByLabel('Password again'));
  expect(new URL(page.url()).hash).toBe('');
  expect(await page.getByLabel('E-mail').inputValue()).toBe(person.email);
  const fill = async (password: string, again = password) => {
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByLabel('Password again').fill(again);
    await page.getByRole('button', { name: 'Set the password' }).click();
  };
  await fill('a-newer-password', 'a-never-password');
  await see(page.getByRole('alert').getByText('not the same'));
  await fill('Password123');
  await see(page.getByRole('alert').getByText('everybody tries first'));
  await fill('a-newer-password');
  await page.waitForURL((address) => address.pathname === '/');
  await see(page.getByText('Maintenance on Friday.'));
  await see(open.getByText('Your session has ended'));

  const again = await openPage(stage);
  allowProblem(again, /status of 403/);
  await again.goto(url);
  await see(again.getByText('not valid any more'));
  await again.getByRole('link', { name: 'To the sign-in' }).click();
  await see(again.getByText('Maintenance on Friday.'));
  await admin.request('PATCH', '/api/settings', { banner: '' });
});
