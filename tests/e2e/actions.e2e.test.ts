import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { LabRegistry } from '#tests/lab/lab.ts';
import { openAs, prepareStage } from './fixture.ts';
import { act, confirm, docker, eventually, gone, rowOf, runContainer, see } from './steps.ts';

let registry: LabRegistry;

const stage = prepareStage({
  before: async (lab) => {
    registry = await lab.registry();
    const registryMirror = { url: registry.url, address: registry.address };
    return { local: { registryMirror }, remote: { registryMirror } };
  },
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await docker(local, 'run', '--name', 'made', 'busybox', 'sh', '-c', 'head -c 3000000 /dev/urandom > /blob');
    await docker(local, 'commit', 'made', 'made:latest');
    await registry.seed(local, 'made:latest', 'team/app:1');
    await docker(local, 'rm', 'made');
    await docker(local, 'rmi', 'made:latest');
    const stack = (service: string) => [
      '-l',
      'com.docker.compose.project=shop',
      '-l',
      `com.docker.compose.service=${service}`,
      'busybox',
      'sleep',
      '100000',
    ];
    await Promise.all([
      runContainer(local, 'worker', 'busybox', 'sleep', '100000'),
      runContainer(remote, 'shop-web-1', ...stack('web')),
      runContainer(remote, 'shop-db-1', ...stack('db')),
      docker(remote, 'volume', 'create', 'precious'),
    ]);
  },
});

const inspect = (format: string, name: string) => docker(stage.local, 'inspect', '-f', format, name);
const toast = (page: Page, text: string | RegExp) =>
  page.getByRole('region', { name: /Notifications/ }).getByText(text);

test('a container is stopped, started, restarted, paused, killed, renamed and removed', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers?engine=local');
  await see(rowOf(page, 'worker').getByText('running'));
  await act(page, 'worker', /^Stop/);
  await see(rowOf(page, 'worker').getByText(/^exited/));
  await see(toast(page, 'Stop worker'));
  await act(page, 'worker', /^Start/);
  await see(rowOf(page, 'worker').getByText('running', { exact: true }));
  const startedAt = await inspect('{{.State.StartedAt}}', 'worker');
  await act(page, 'worker', /^Restart/);
  await eventually('another start', async () => (await inspect('{{.State.StartedAt}}', 'worker')) !== startedAt);
  await see(toast(page, 'Restart worker'));
  await act(page, 'worker', /^Pause/);
  await see(rowOf(page, 'worker').getByText('paused', { exact: true }));
  await act(page, 'worker', /^Unpause/);
  await see(rowOf(page, 'worker').getByText('running', { exact: true }));

  await act(page, 'worker', /^Kill/);
  const dialog = page.getByRole('dialog', { name: 'Kill worker?' });
  await see(dialog.getByText('docker kill worker'));
  await confirm(page, 'Send the signal');
  await see(rowOf(page, 'worker').getByText('exited (137)'));

  await act(page, 'worker', /^Rename/);
  await page.getByRole('dialog').getByRole('textbox', { name: 'New name' }).fill('-wrong');
  await see(page.getByRole('dialog').getByRole('alert'));
  await page.getByRole('dialog').getByRole('textbox', { name: 'New name' }).fill('helper');
  await confirm(page, 'Rename');
  await see(rowOf(page, 'helper'));
  await act(page, 'helper', /^Remove/);
  await see(page.getByRole('dialog').getByText(/Everything written inside the container/));
  await confirm(page, 'Remove');
  await gone(rowOf(page, 'helper'));
  await eventually('the engine to be without it', async () => (await docker(stage.local, 'ps', '-aq')) === '');
});

test('what the engine refuses is told in its own words with the number of the audit record', async () => {
  await docker(stage.local, 'run', '-d', '--init', '--name', 'first', 'busybox', 'sleep', '100000');
  await docker(stage.local, 'create', '--name', 'second', 'busybox', 'true');
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/second');
  await page.getByRole('button', { name: 'All actions' }).click();
  await page.getByRole('menuitem', { name: /^Rename/ }).click();
  await page.getByRole('textbox', { name: 'New name' }).fill('first');
  await confirm(page, 'Rename');
  await see(toast(page, /is already in use by container/));
  await see(toast(page, /Audit record/));
  await docker(stage.local, 'rm', '-f', 'first', 'second');
});

test('an image is pulled with its layers, tagged, pushed and removed', async () => {
  const page = await openAs(stage, stage.console.admin, '/images?engine=local');
  const layers: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => layers.push(...(String(payload).match(/"layers":\[\{"id"/g) ?? []))),
  );
  // The connection whose frames are counted is the one made after this.
  await page.reload();
  const reference = `${registry.address}/team/app:1`;
  await page.getByRole('button', { name: 'Pull', exact: true }).click();
  await page.getByRole('textbox', { name: 'Image', exact: true }).fill(reference);
  await see(page.getByRole('dialog').getByText(`docker pull ${reference}`));
  await confirm(page, 'Pull');
  await see(rowOf(page, reference));
  await see(toast(page, `Pull ${reference}`));
  expect(layers.length).toBeGreaterThan(0);

  await act(page, reference, /^Tag/);
  const copy = `${registry.address}/team/copy:2`;
  await page.getByRole('textbox', { name: 'New tag' }).fill(copy);
  await confirm(page, 'Tag');
  // Its name now has a note of the second tag.
  await page.getByRole('link', { name: reference }).click();
  await see(page.getByText(copy));
  await page.getByRole('button', { name: 'All actions' }).click();
  await page.getByRole('menuitem', { name: /^Push/ }).click();
  await page.getByRole('combobox', { name: 'Tag' }).selectOption(copy);
  await confirm(page, 'Push');
  await see(toast(page, /^Push/));
  const answer = await fetch(`${registry.url}/v2/team/copy/tags/list`);
  expect(await answer.json()).toMatchObject({ tags: ['2'] });

  await page.getByRole('button', { name: 'All actions' }).click();
  await page.getByRole('menuitem', { name: /^Remove/ }).click();
  await page.getByRole('combobox', { name: 'What goes' }).selectOption({ label: `Only the tag ${copy}` });
  await confirm(page, 'Remove');
  await eventually('the tag to go', async () => (await docker(stage.local, 'images', '-q', copy)) === '');
  expect(await docker(stage.local, 'images', '-q', reference)).not.toBe('');
});

test('a network is created, joined, left and removed', async () => {
  const page = await openAs(stage, stage.console.admin, '/networks?engine=remote');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('backend');
  await page.getByRole('textbox', { name: 'Subnet (optional)' }).fill('10.99.0.0/24');
  await confirm(page, 'Create');
  await see(rowOf(page, 'backend'));
  await act(page, 'backend', /^Connect a container/);
  await page.getByRole('combobox', { name: 'Container' }).selectOption('shop-web-1');
  await confirm(page, 'Connect');
  await see(toast(page, 'Connect a container backend'));
  expect(await docker(stage.remote, 'inspect', '-f', '{{json .NetworkSettings.Networks}}', 'shop-web-1')).toContain(
    '10.99.0.',
  );
  await page.goto('/engines/remote/networks/backend');
  await see(page.getByRole('link', { name: 'shop-web-1' }));
  await see(page.getByText(/10\.99\.0\.2/));
  await page.getByRole('button', { name: 'Disconnect shop-web-1' }).click();
  await confirm(page, 'Disconnect');
  await gone(page.getByRole('link', { name: 'shop-web-1' }));
  await page.goto('/networks?engine=remote');
  await act(page, 'backend', /^Remove/);
  await confirm(page, 'Remove');
  await gone(rowOf(page, 'backend'));
});

test('a volume is created, and removed only after its name was typed', async () => {
  const page = await openAs(stage, stage.console.admin, '/volumes?engine=local');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('scratch');
  await confirm(page, 'Create');
  await see(rowOf(page, 'scratch'));
  await act(page, 'scratch', /^Remove/);
  const button = page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true });
  expect(await button.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: /Type scratch to confirm/ }).fill('scratch');
  await button.click();
  await gone(rowOf(page, 'scratch'));
});

test('prune shows what goes before anything does, and leaves named volumes alone', async () => {
  await docker(stage.remote, 'create', '--name', 'leftover', '-v', '/anonymous', 'busybox', 'true');
  const page = await openAs(stage, stage.console.admin, '/containers?engine=remote');
  await see(rowOf(page, 'leftover'));
  await page.getByRole('button', { name: 'Prune', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await see(dialog.getByText('This one goes, for good'));
  await see(dialog.getByText('leftover'));
  await confirm(page, 'Remove them');
  await gone(rowOf(page, 'leftover'));
  await see(rowOf(page, 'shop-web-1'));

  await page.goto('/volumes?engine=remote');
  await page.getByRole('button', { name: 'Prune', exact: true }).click();
  await see(dialog.getByText(/This one goes, for good/));
  expect(await dialog.getByText('precious').count()).toBe(0);
  await page.getByRole('textbox', { name: /Type remove the data/ }).fill('remove the data');
  await confirm(page, 'Remove them');
  await eventually(
    'the one volume left',
    async () => (await docker(stage.remote, 'volume', 'ls', '-q')) === 'precious',
  );
});

test('a stack, known by its labels, is stopped and started as one', async () => {
  const page = await openAs(stage, stage.console.admin, '/stacks');
  await see(rowOf(page, 'shop').getByText('2 of 2'));
  await act(page, 'shop', /^Stop/);
  await see(rowOf(page, 'shop').getByText('0 of 2'));
  await act(page, 'shop', /^Start/);
  await see(rowOf(page, 'shop').getByText('2 of 2'));
  await page.getByRole('link', { name: 'shop', exact: true }).click();
  await see(page.getByRole('link', { name: 'shop-db-1' }));
});
