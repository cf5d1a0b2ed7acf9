import { expect, test } from 'vitest';
import { allowProblem, openAs, prepareStage } from './fixture.ts';
import { docker, eventually, runContainer, see } from './steps.ts';

const markup = '<b onclick="window.broken=1">label</b>';

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await docker(remote, 'volume', 'create', 'data');
    const secret = ['-e', 'DB_PASSWORD=hunter2-is-secret', '-e', 'MODE=fast', '-l', `note=${markup}`];
    const rest = ['-v', 'data:/data', '-p', '8080:80', '--memory', '64m'];
    await runContainer(remote, 'web', ...secret, ...rest, 'busybox', 'sh', '-c', 'while :; do :; done & sleep 100000');
    await docker(local, 'run', '--name', 'ended', 'busybox', 'true');
  },
});

test('the overview tells state, command, ports, mounts, networks and limits', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/remote/containers/web');
  const section = (title: string) =>
    page.locator('section').filter({ has: page.getByRole('heading', { name: title }) });
  await see(section('State').getByText('running', { exact: true }));
  await see(section('Ports').getByText('8080'));
  await see(section('Mounts').getByText('/data'));
  await see(section('Networks').getByRole('link', { name: 'bridge' }));
  await see(section('Limits').getByText(/at most 67/));
  await see(section('Labels').getByText(markup, { exact: true }));
  expect(await page.locator('b[onclick]').count()).toBe(0);
});

test('a developer uncovers the environment, a viewer never gets the secret', async () => {
  const developer = await openAs(stage, await stage.console.person('developer'), '/engines/remote/containers/web');
  await see(developer.getByText('DB_PASSWORD'));
  expect(await developer.getByText('hunter2-is-secret').count()).toBe(0);
  await developer.getByRole('button', { name: 'Show values' }).click();
  await see(developer.getByText('hunter2-is-secret'));

  const viewer = await openAs(stage, await stage.console.person('viewer'), '/engines/remote/containers/web');
  await see(viewer.getByText('DB_PASSWORD'));
  await see(viewer.locator('dd').filter({ hasText: 'hidden' }));
  expect(await viewer.getByRole('button', { name: 'Show values' }).count()).toBe(0);
  await viewer.goto('/engines/remote/containers/web/inspect');
  await see(viewer.getByRole('tree', { name: 'web' }));
  await viewer.getByRole('textbox', { name: 'Find in web' }).fill('DB_PASSWORD');
  await see(viewer.getByRole('treeitem').filter({ hasText: 'DB_PASSWORD' }));
  expect(await viewer.content()).not.toContain('hunter2');
});

test('inspect is the whole object, and finds keys and values', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/remote/containers/web/inspect');
  const box = page.getByRole('textbox', { name: 'Find in web' });
  await box.fill('67108864');
  await see(page.getByRole('status').filter({ hasText: /^1\// }));
  await see(page.getByRole('treeitem').filter({ hasText: '"Memory": 67108864' }));
});

test('stats show numbers that live', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/remote/containers/web/stats');
  const cpu = page.getByRole('region', { name: 'CPU', exact: true });
  await see(cpu.getByText(/[1-9][\d.]*\s?% of one core/));
  await see(page.getByRole('region', { name: 'Memory', exact: true }).getByText(/of 67|of 64/));
  await page.goto('/engines/local/containers/ended/stats');
  await see(page.getByText('there is nothing to measure'));
});

test('the processes of a container are listed', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/remote/containers/web/top');
  await see(page.getByText(/sleep 100000/));
});

test('the page of a container that is renamed or removed says so', async () => {
  await docker(stage.local, 'create', '--name', 'before', 'busybox', 'true');
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/before');
  // Asking for the object just as it goes is no fault of the page.
  allowProblem(page, /status of 404 .*\/docker\/local\/containers\/\w+\/json/);
  await see(page.getByText('created', { exact: true }));
  await docker(stage.local, 'rename', 'before', 'after');
  await see(page.getByText('Renamed from before to after'));
  await eventually('the new address', () => new URL(page.url()).pathname === '/engines/local/containers/after');
  await docker(stage.local, 'rm', 'after');
  await see(page.getByText(/This container was removed/));
  await page.goto('/engines/local/containers/never-was');
  await see(page.getByRole('heading', { name: 'local has no container “never-was”' }));
  await page.goto('/engines/no-such-engine/containers/web');
  await see(page.getByRole('heading', { name: 'There is no engine “no-such-engine”' }));
});
