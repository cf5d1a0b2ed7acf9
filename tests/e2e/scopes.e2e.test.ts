import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { fillTwoProjects } from '#tests/door/two-projects.ts';
import type { Person } from '#tests/lab/person.ts';
import { allowProblem, openAs, prepareStage } from './fixture.ts';
import { act, confirm, docker, eventually, gone, namesShown, rowOf, runContainer, see } from './steps.ts';

const shop = { project: 'shop', images: ['shop/*'] };
const inShop = ['-l', 'com.docker.compose.project=shop', '-l', 'com.docker.compose.service=loud'];

const stage = prepareStage({
  fill: async (local) => {
    await local.busybox();
    await fillTwoProjects(local);
    const loop = 'i=0; while sleep 0.2; do i=$((i+1)); echo tick-$i; done';
    await runContainer(local, 'shop-loud', ...inShop, 'busybox', 'sh', '-c', loop);
  },
});

test('an operator of a project sees that project on every page, and nothing else by any address', async () => {
  const page = await openAs(stage, await stage.console.person('operator', { resource: shop }), '/containers');
  await see(rowOf(page, 'shop-loud'));
  expect((await namesShown(page)).sort()).toEqual(['shop-db', 'shop-loud', 'shop-web']);
  for (const [path, own] of [
    ['/stacks', 'shop'],
    ['/networks', 'shop_default'],
    ['/volumes', 'shop_data'],
    ['/images', 'shop/web:1'],
  ] as const) {
    await page.goto(path);
    await see(rowOf(page, own));
    expect((await namesShown(page)).join(' ')).not.toMatch(/bank|corp/);
  }
  await page.keyboard.press('Control+k');
  await see(page.getByRole('dialog', { name: 'Go to, or do' }));
  await page.keyboard.type('web');
  await see(page.getByRole('option').filter({ hasText: 'shop-web' }));
  expect(await page.getByRole('option').filter({ hasText: 'bank' }).count()).toBe(0);

  allowProblem(page, /status of 404/);
  await page.goto('/engines/local/containers/bank-web/logs');
  await see(page.getByRole('heading', { name: 'local has no container “bank-web”' }));
  await page.goto('/stacks/local/bank');
  await see(page.getByRole('heading', { name: 'local has no stack “bank”' }));
  const answer = await page.evaluate(async () => {
    const reply = await fetch('/docker/local/containers/bank-web/json', { headers: { 'X-Pilothouse': '1' } });
    return [reply.status, await reply.text()];
  });
  expect(answer).toEqual([404, expect.stringContaining('No such container: bank-web')]);
});

test('he steers what he sees, and nothing else', async () => {
  const page = await openAs(stage, await stage.console.person('operator', { resource: shop }), '/containers');
  await act(page, 'shop-db', /^Start/);
  await eventually('shop-db to run', async () => (await docker(stage.local, 'ps', '-q', '-f', 'name=shop-db')) !== '');
  await act(page, 'shop-db', /^Kill/);
  await confirm(page, 'Send the signal');
  await eventually('shop-db to end', async () => (await docker(stage.local, 'ps', '-q', '-f', 'name=shop-db')) === '');
});

test('a developer of a project prunes it object by object, after a preview of just these', async () => {
  await docker(stage.local, 'volume', 'create', '--label', 'com.docker.compose.project=shop', 'shop_old');
  await docker(stage.local, 'volume', 'create', '--label', 'com.docker.compose.project=bank', 'bank_old');
  const page = await openAs(stage, await stage.console.person('developer', { resource: shop }), '/volumes');
  await see(rowOf(page, 'shop_old'));
  await page.getByRole('button', { name: 'Prune' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('local', { exact: true }).check();
  await dialog.getByLabel('Also named ones').check();
  await see(dialog.getByText('shop_old', { exact: true }));
  expect(await dialog.getByText(/bank_old|common/).count()).toBe(0);
  await dialog.getByRole('textbox').last().fill('remove the data');
  await confirm(page, 'Remove them');
  await gone(rowOf(page, 'shop_old'));
  expect(await docker(stage.local, 'volume', 'ls', '-q', '-f', 'name=bank_old')).toBe('bank_old');

  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await dialog.getByLabel('Name').fill('made');
  await dialog.getByLabel('local', { exact: true }).check();
  await see(dialog.getByText('project shop'));
});

test('when the grant goes, an open log and terminal end within a second, say why, and leave nothing behind', async () => {
  const developer = await stage.console.person('developer', { resource: shop });
  const logs = await openAs(stage, developer, '/engines/local/containers/shop-loud/logs');
  await see(logs.getByText(/^tick-\d+$/));
  const terminal = await openAs(stage, developer, '/engines/local/containers/shop-loud/exec');
  await terminal.getByRole('button', { name: 'sh', exact: true }).click();
  await see(terminal.locator('.xterm-rows').getByText(/[#$]/));
  for (const page of [logs, terminal]) allowProblem(page, /status of 40[34]/);
  const ends = await Promise.all([logs, terminal].map(watchForEnd));

  const from = Date.now();
  await regrant(developer, { project: 'bank' });
  for (const page of [logs, terminal]) {
    await see(page.getByRole('heading', { name: 'Your access to this container has ended' }));
    await see(page.getByText(/A grant, role or team of yours was changed or ran out.*An administrator/));
    await eventually('a title without the name', async () => !(await page.title()).includes('shop-loud'));
    expect(await page.locator('main').textContent()).not.toMatch(/tick-\d/);
  }
  const took = await Promise.all(ends.map(async (end) => (await end()) - from));
  process.stdout.write(`shown ${took.join(' and ')} ms after the administrator changed the grant\n`);
  await gone(logs.getByRole('log'));
  await gone(terminal.locator('.xterm'));
  await logs.goto('/containers');
  await see(rowOf(logs, 'bank-web'));
  expect((await namesShown(logs)).join(' ')).not.toMatch(/shop/);
});

/** When the page says that the access has ended, by its own clock, in ms since 1970. */
async function watchForEnd(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('main')?.textContent.includes('has ended')) return;
      observer.disconnect();
      document.body.dataset.endedAt = String(Date.now());
    });
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  return () => eventually('the page to notice', () => page.evaluate(() => Number(document.body.dataset.endedAt ?? 0)));
}

async function regrant(person: Person, resource: object): Promise<void> {
  const { admin } = stage.console;
  const { json } = await admin.request('GET', '/api/grants');
  const { rows } = json as { rows: { id: string; subjectId: string }[] };
  const own = rows.filter(({ subjectId }) => subjectId === person.id);
  const scope = { kind: 'all', value: '' };
  const grant = { subjectKind: 'user', subjectId: person.id, role: 'developer', scope, resource };
  expect((await admin.request('POST', '/api/grants', grant)).status).toBeLessThan(300);
  for (const { id } of own) await admin.request('DELETE', `/api/grants/${id}`);
}
