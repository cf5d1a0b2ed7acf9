import { expect, test } from 'vitest';
import type { LabEngine } from '#tests/lab/lab.ts';
import { openAs, prepareStage } from './fixture.ts';
import { docker, eventually, gone, namesShown, rowOf, runContainer, see } from './steps.ts';

const burst = Array.from({ length: 20 }, (_, i) => `burst-${i + 1}`);
const many = 500;

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await Promise.all([
      runContainer(local, 'web', '--label', 'com.docker.compose.project=shop', 'busybox', 'sleep', '100000'),
      runContainer(remote, 'db', 'busybox', 'sleep', '100000'),
      docker(local, 'create', '--name', 'web-10', 'busybox', 'true'),
      docker(local, 'create', '--name', 'web-2', 'busybox', 'true'),
    ]);
  },
});

test('what a shell does on either engine shows in the open list without a reload', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers');
  await see(rowOf(page, 'web'));
  await see(rowOf(page, 'db').getByText('remote'));
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));

  await runContainer(stage.local, 'fresh', 'busybox', 'sleep', '100000');
  await see(rowOf(page, 'fresh').getByText('running'));
  await docker(stage.local, 'pause', 'fresh');
  await see(rowOf(page, 'fresh').getByText('paused'));
  await docker(stage.local, 'unpause', 'fresh');
  await docker(stage.local, 'rename', 'fresh', 'renamed');
  await see(rowOf(page, 'renamed').getByText('running'));
  await gone(rowOf(page, 'fresh'));
  await docker(stage.local, 'kill', 'renamed');
  await see(rowOf(page, 'renamed').getByText('exited (137)'));
  await docker(stage.local, 'rm', 'renamed');
  await gone(rowOf(page, 'renamed'));
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
});

test('a burst of twenty stops shows whole', async () => {
  await Promise.all(
    burst.map((name, i) => runContainer(i % 2 ? stage.local : stage.remote, name, 'busybox', 'sleep', '100000')),
  );
  const page = await openAs(stage, stage.console.admin, '/containers?q=burst');
  await eventually(
    'twenty running rows',
    async () => (await page.getByText('running', { exact: true }).count()) === 20,
  );
  const stop = (engine: LabEngine, odd: number) => docker(engine, 'kill', ...burst.filter((_, i) => i % 2 === odd));
  await Promise.all([stop(stage.local, 1), stop(stage.remote, 0)]);
  await eventually('twenty stopped rows', async () => (await page.getByText('exited (137)').count()) === 20);
});

test('many selected rows are started as one job with a result for each', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers?q=burst');
  await see(rowOf(page, 'burst-1'));
  // One is gone before the engine gets to it: its failure is told, the others go on.
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await see(page.getByRole('toolbar', { name: '20 selected' }));
  await page.getByRole('toolbar').getByRole('button', { name: 'Start', exact: true }).click();
  await see(page.getByRole('dialog').getByText('Start 20 containers?'));
  await docker(stage.local, 'rm', 'burst-2');
  await page.getByRole('dialog').getByRole('button', { name: 'Start' }).click();
  await eventually(
    'nineteen running rows',
    async () => (await page.getByText('running', { exact: true }).count()) >= 19,
  );
  await page.getByRole('button', { name: /^Jobs/ }).click();
  const tray = page.getByRole('dialog', { name: 'Jobs' });
  await see(tray.getByText('Start 20 containers'));
  await see(tray.getByText('20 of 20'));
  await see(tray.getByText(/No such container/));
  await tray.getByRole('button', { name: 'All 20' }).click();
  await see(tray.getByText('start burst-20', { exact: true }));
  await page.keyboard.press('Escape');
  await gone(tray);

  await gone(rowOf(page, 'burst-2'));
  const box = page.getByRole('checkbox', { name: 'Select all' });
  await eventually('all nineteen to be selected', async () => {
    if (await page.getByRole('toolbar', { name: '19 selected' }).isVisible()) return true;
    await box.click();
    return false;
  });
  await page.getByRole('toolbar').getByRole('button', { name: 'Stop', exact: true }).click();
  await see(page.getByRole('dialog').getByText('Stop 19 containers?'));
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
  await eventually(
    'nineteen stopped rows',
    async () => (await page.getByText('exited (143)', { exact: true }).count()) === 19,
  );
  const running = await Promise.all(
    [stage.local, stage.remote].map((engine) => docker(engine, 'ps', '-q', '--filter', 'name=burst')),
  );
  expect(running).toEqual(['', '']);
  await Promise.all([
    docker(stage.local, 'rm', '-f', ...burst.filter((name, i) => i % 2 && name !== 'burst-2')),
    docker(stage.remote, 'rm', '-f', ...burst.filter((_, i) => i % 2 === 0)),
  ]);
});

test('filter, engine, sorting and columns stand in the address or are kept', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers');
  await page.getByRole('textbox', { name: 'Filter containers' }).fill('web');
  await eventually(
    'the filtered rows in natural order',
    async () => (await namesShown(page)).join() === 'web,web-2,web-10',
  );
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
  await eventually('the other order', async () => (await namesShown(page)).join() === 'web-10,web-2,web');
  await eventually('the order in the address', async () => new URL(page.url()).search === '?q=web&sort=-name');
  await page.getByRole('button', { name: 'View: columns, sorting and grouping' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Command' }).click();
  await page.keyboard.press('Escape');
  await see(page.getByRole('columnheader', { name: 'Command' }));

  await page.reload();
  await see(page.getByRole('columnheader', { name: 'Command' }));
  await eventually('the same order again', async () => (await namesShown(page)).join() === 'web-10,web-2,web');

  await page.getByRole('textbox', { name: 'Filter containers' }).fill('nothing-is-called-this');
  await see(page.getByRole('heading', { name: 'No container matches' }));
  await page.getByRole('button', { name: 'Show all' }).click();
  await see(rowOf(page, 'db'));
  await page.getByRole('button', { name: 'Engines shown: All engines' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'remote' }).click();
  await gone(rowOf(page, 'web'));
  await see(rowOf(page, 'db'));
  await eventually(
    'the engine in the address',
    async () => new URL(page.url()).searchParams.get('engine') === 'remote',
  );
});

test('the keyboard alone filters, moves, opens and finds', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers');
  await see(rowOf(page, 'web'));
  await page.keyboard.press('/');
  await page.keyboard.type('web');
  await eventually('three rows', async () => (await namesShown(page)).length === 3);
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Containers' });
  const cursor = () => grid.getAttribute('aria-activedescendant');
  await page.keyboard.press('j');
  const first = await eventually('a cursor', cursor);
  await page.keyboard.press('j');
  await eventually('the next row', async () => ![null, first].includes(await cursor()));
  await page.keyboard.press('k');
  await eventually('the row before', async () => (await cursor()) === first);
  await page.keyboard.press('?');
  await see(page.getByRole('dialog', { name: 'Keys' }).getByText('Next row'));
  await page.keyboard.press('Escape');
  await gone(page.getByRole('dialog'));
  await page.keyboard.press('Enter');
  await see(page.getByRole('heading', { name: 'web', exact: true }));

  await page.keyboard.press('Control+k');
  await see(page.getByRole('dialog', { name: 'Go to, or do' }));
  await page.keyboard.type('db');
  await see(page.getByRole('option').filter({ hasText: 'db' }).filter({ hasText: 'remote' }));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/engines/remote/containers/db');
  await see(page.getByRole('heading', { name: 'db', exact: true }));
});

test('five hundred rows stay a small page', async () => {
  const body = { Image: 'busybox', Cmd: ['true'] };
  const names = Array.from({ length: many }, (_, i) => `many-${i + 1}`);
  const make = async (name: string) => {
    const { status, text } = await stage.remote.api('POST', `/containers/create?name=${name}`, { body });
    if (status !== 201) throw new Error(text);
  };
  const waiting = [...names];
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) await make(name);
  };
  const page = await openAs(stage, stage.console.admin, '/containers?q=many');
  await Promise.all([worker(), worker(), worker(), worker()]);
  await see(page.getByText(/^500 of \d+ containers$/));
  expect(await page.locator('*').count()).toBeLessThan(2000);
  await page.getByRole('grid').focus();
  await page.keyboard.press('End');
  await see(rowOf(page, 'many-500'));
  expect(await page.locator('*').count()).toBeLessThan(2000);
});
