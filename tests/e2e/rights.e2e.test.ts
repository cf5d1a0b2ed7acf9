import { expect, test } from 'vitest';
import { allowProblem, openAs, prepareStage } from './fixture.ts';
import { eventually, gone, rowOf, runContainer, see } from './steps.ts';

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    const loop = 'i=0; while sleep 0.2; do i=$((i+1)); echo tick-$i; done';
    await Promise.all([
      runContainer(local, 'web', 'busybox', 'sh', '-c', loop),
      runContainer(remote, 'db', 'busybox', 'sleep', '100000'),
    ]);
  },
});

test('a viewer sees everything and is offered no change', async () => {
  const page = await openAs(stage, await stage.console.person('viewer'), '/containers');
  await see(rowOf(page, 'web'));
  await see(rowOf(page, 'db'));
  expect(await page.getByRole('button', { name: 'Prune' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Actions on web' }).click();
  await see(page.getByRole('menu'));
  for (const name of ['Stop', 'Restart', 'Kill', 'Rename', 'Remove', 'Terminal'])
    expect(await page.getByRole('menuitem', { name: new RegExp(`^${name}`) }).count()).toBe(0);
  await page.goto('/engines/local/containers/web');
  await see(page.getByRole('link', { name: 'Overview' }));
  expect(await page.getByRole('link', { name: 'Terminal' }).count()).toBe(0);
  await page.goto('/settings');
  await see(page.getByRole('link', { name: 'Account' }));
  expect(await page.getByRole('link', { name: 'Users' }).count()).toBe(0);
});

test('a grant on one engine shows that engine alone', async () => {
  const page = await openAs(stage, await stage.console.person('operator', { engine: 'remote' }), '/containers');
  await see(rowOf(page, 'db'));
  expect(await rowOf(page, 'web').count()).toBe(0);
  await page.goto('/');
  await see(page.getByRole('link', { name: 'remote', exact: true }));
  expect(await page.getByRole('link', { name: 'local', exact: true }).count()).toBe(0);
  await page.goto('/engines/local/containers/web');
  await see(page.getByRole('heading', { name: 'There is no engine “local”' }));
});

test('without any grant the page says whom to ask', async () => {
  const page = await openAs(stage, await stage.console.person(undefined), '/');
  await see(page.getByRole('heading', { name: 'You see no engine' }));
  await see(page.getByText(/An administrator can/));
});

test('when the grant goes, open logs and terminals end and say why, and the list empties', async () => {
  const operator = await stage.console.person('developer');
  const logs = await openAs(stage, operator, '/engines/local/containers/web/logs');
  await see(logs.getByText(/^tick-\d+$/));
  const terminal = await openAs(stage, operator, '/engines/local/containers/web/exec');
  await terminal.getByRole('button', { name: 'sh', exact: true }).click();
  await see(terminal.locator('.xterm-rows').getByText(/[#$]/));
  const list = await openAs(stage, operator, '/containers');
  await see(rowOf(list, 'web'));
  const overview = await openAs(stage, operator, '/engines/local/containers/web');
  await see(overview.getByRole('heading', { name: 'web' }));
  await see(overview.getByText('tick-$i'));
  for (const page of [logs, terminal, list, overview]) allowProblem(page, /status of 40[34]/);

  const grants = (await stage.console.admin.request('GET', '/api/grants')).json as {
    rows: { id: string; subjectId: string }[];
  };
  const admin = stage.console.admin;
  const scope = { kind: 'all', value: '' };
  const viewer = { subjectKind: 'user', subjectId: operator.id, role: 'viewer', scope };
  const { id: viewerGrant } = (await admin.request('POST', '/api/grants', viewer)).json as { id: string };
  for (const { id } of grants.rows.filter(({ subjectId }) => subjectId === operator.id))
    await admin.request('DELETE', `/api/grants/${id}`);
  // What a viewer may goes on.
  await see(terminal.getByText(/does not allow exec\.create/));
  await gone(terminal.locator('.xterm'));
  await see(rowOf(list, 'web'));
  await see(logs.getByRole('log'));

  await admin.request('DELETE', `/api/grants/${viewerGrant}`);
  await gone(rowOf(list, 'web'));
  for (const page of [logs, terminal, overview])
    await see(page.getByRole('heading', { name: 'You no longer see “local”' }));
  await gone(logs.getByRole('log'));
  await gone(overview.getByText('tick-$i'));
  await eventually('a title without the name', async () => !(await overview.title()).includes('web'));
});

test('when the session is revoked, the open page signs out and leads back to where it was', async () => {
  const person = await stage.console.person('developer');
  const page = await openAs(stage, person, '/containers?q=web', { anew: true });
  await see(rowOf(page, 'web'));
  allowProblem(page, /status of 401|WebSocket/);
  await stage.console.admin.request('DELETE', `/api/users/${person.id}/sessions`);
  await see(page.getByRole('dialog', { name: 'Your session is over' }));
  await page.getByRole('link', { name: 'Sign in' }).click();
  await eventually('the way back', () => new URL(page.url()).searchParams.get('next') === '/containers?q=web');
  await see(page.getByLabel('Password'));
});
