import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { allowProblem, openAs, openPage, prepareStage, whenLive } from './fixture.ts';
import { confirm, rowOf, runContainer, see } from './steps.ts';

const inShop = ['-l', 'com.docker.compose.project=shop'];

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await Promise.all([
      runContainer(local, 'shop-web-1', ...inShop, 'busybox', 'sleep', '100000'),
      runContainer(local, 'other', 'busybox', 'sleep', '100000'),
    ]);
  },
});

const dialog = (page: Page) => page.getByRole('dialog').last();

function namesOf(list: string): string[] {
  return (JSON.parse(list) as { Names: string[] }[]).flatMap(({ Names }) => Names);
}

/** In the open dialog of a grant. */
async function fillGrant(page: Page, role: string, project: string) {
  await dialog(page).getByLabel('Role').selectOption(role);
  await dialog(page).getByRole('button', { name: 'Only a scope …' }).click();
  await dialog(page).getByLabel('Compose project').fill(project);
}

test('who is invited into a team with a scoped grant sees that project and nothing else', async () => {
  const page = await openAs(stage, stage.console.admin, '/settings/teams');
  await page.getByRole('button', { name: 'New team' }).click();
  await dialog(page).getByLabel('Name').fill('Shop');
  await confirm(page, 'Create team');
  await page.getByRole('button', { name: 'Give grant' }).click();
  await fillGrant(page, 'operator', 'shop');
  await see(dialog(page).getByText(/^Team Shop may see and run the containers, networks and volumes of project shop/));
  await see(dialog(page).getByText(/1 container ·/));
  await confirm(page, 'Give grant');
  await see(page.getByRole('list', { name: 'Grants' }).getByText(/of project shop on every engine/));

  await page.getByRole('button', { name: 'Invite into this team' }).click();
  await dialog(page).getByLabel('E-mail').fill('ann@pilothouse.test');
  await dialog(page).getByLabel('Name').fill('Ann');
  expect(await dialog(page).getByLabel('Shop').isChecked()).toBe(true);
  await confirm(page, 'Make the link');
  const shown = dialog(page).getByText(/\/invite#/);
  await see(shown);
  const link = (await shown.textContent()) ?? '';
  await confirm(page, 'Done');

  const ann = await openPage(stage);
  await ann.goto(link);
  await whenLive(ann);
  await ann.getByLabel('Password', { exact: true }).fill('correct-horse-battery');
  await ann.getByLabel('Password again').fill('correct-horse-battery');
  await ann.getByRole('button', { name: 'Join' }).click();
  await ann.waitForURL((url) => url.pathname === '/');
  await ann.goto('/containers');
  await see(rowOf(ann, 'shop-web-1'));
  expect(await rowOf(ann, 'other').count()).toBe(0);
  const ask = (path: string) =>
    ann.evaluate(async (address) => {
      const reply = await fetch(`/docker/local${address}`, { headers: { 'X-Pilothouse': '1' } });
      return { status: reply.status, text: await reply.text() };
    }, path);
  expect(namesOf((await ask('/containers/json?all=1')).text)).toEqual(['/shop-web-1']);
  allowProblem(ann, /status of 404/);
  expect((await ask('/containers/other/json')).status).toBe(404);
  await ann.goto('/settings');
  await see(ann.getByRole('link', { name: 'Account' }));
  expect(await ann.getByRole('link', { name: 'Users' }).count()).toBe(0);
});

test('a role is made of another by ticking operations, beside what the built-in roles may', async () => {
  const page = await openAs(stage, stage.console.admin, '/settings/roles');
  await page.getByRole('link', { name: 'viewer', exact: true }).click();
  await page.getByRole('link', { name: 'Duplicate' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('night-shift');
  const table = page.getByRole('table', { name: 'Operations of this role' });
  await table.getByRole('button', { name: /^Run/ }).click();
  const line = table.getByRole('row').filter({ hasText: 'container.restart' });
  // viewer, operator, developer, maintainer, administrator, auditor
  expect(await line.locator('td:not(:first-child)').allTextContents()).toEqual([
    'no',
    'yes',
    'yes',
    'yes',
    'yes',
    'no',
  ]);
  await table.getByLabel(/^Restart/).check();
  await page.getByRole('button', { name: 'Create role' }).click();
  await see(page.getByRole('heading', { name: 'night-shift', level: 1 }));
  const { json } = await stage.console.admin.request('GET', '/api/roles');
  const { rows } = json as { rows: { name: string; operations: string[] }[] };
  const [made, viewer] = ['night-shift', 'viewer'].map((name) => rows.find((role) => role.name === name)?.operations);
  expect([...(made ?? [])].sort()).toEqual([...(viewer ?? []), 'container.restart'].sort());
});

test('a token with limits does only what they allow, though its owner may do everything', async () => {
  const page = await openAs(stage, stage.console.admin, '/settings/account');
  await page.getByRole('button', { name: 'New token' }).click();
  await dialog(page).getByLabel('Name').fill('dashboard');
  await dialog(page).getByRole('button', { name: 'Limit this token' }).click();
  await fillGrant(page, 'viewer', 'shop');
  await dialog(page).getByRole('button', { name: 'Add', exact: true }).click();
  await see(dialog(page).getByText(/^It may see/));
  await confirm(page, 'Create token');
  const shown = dialog(page).getByText(/^phk_/);
  await see(shown);
  const token = (await shown.textContent()) ?? '';
  await confirm(page, 'Done');
  await see(page.getByRole('table', { name: 'API tokens' }).getByRole('button', { name: 'only 1 grant' }));

  const ask = (method: string, path: string) =>
    fetch(`${stage.console.url}/docker/local${path}`, { method, headers: { Authorization: `Bearer ${token}` } });
  expect(namesOf(await (await ask('GET', '/containers/json')).text())).toEqual(['/shop-web-1']);
  expect((await ask('POST', '/containers/shop-web-1/stop')).status).toBe(403);
  expect((await ask('GET', '/containers/other/json')).status).toBe(404);
});
