import { expect, test } from 'vitest';
import { allowProblem, openAs, prepareStage } from './fixture.ts';
import { docker, eventually, gone, rowOf, runContainer, see } from './steps.ts';

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await Promise.all([
      runContainer(local, 'near', 'busybox', 'sleep', '100000'),
      runContainer(remote, 'far', 'busybox', 'sleep', '100000'),
    ]);
  },
});

test('a hung engine is one banner with the age of what is shown, the other goes on, and it comes back by itself', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers');
  await see(rowOf(page, 'far').getByText('running'));
  stage.remote.hang();
  const banner = page.getByRole('status').filter({ hasText: 'remote does not answer' });
  await see(banner.getByText(/What is shown of it is of .*(ago|now)/));
  expect(await banner.count()).toBe(1);
  await see(rowOf(page, 'far'));
  // The other engine is not held up by it.
  await docker(stage.local, 'rename', 'near', 'renamed');
  await see(rowOf(page, 'renamed'));
  await page.reload();
  await see(rowOf(page, 'renamed'));
  await see(rowOf(page, 'far'));

  stage.remote.resume();
  await gone(banner);
  await docker(stage.remote, 'rename', 'far', 'back');
  await see(rowOf(page, 'back'));
});

test('an engine that crashes is told and comes back with what changed meanwhile', async () => {
  await docker(stage.remote, 'create', '--name', 'doomed', 'busybox', 'true');
  const page = await openAs(stage, stage.console.admin, '/containers');
  await see(rowOf(page, 'doomed'));
  await stage.remote.kill9();
  await see(page.getByRole('status').filter({ hasText: 'remote does not answer' }));
  await stage.remote.restart();
  await docker(stage.remote, 'rm', 'doomed');
  await gone(page.getByRole('status').filter({ hasText: 'remote does not answer' }));
  await gone(rowOf(page, 'doomed'));
});

test('a page whose console goes away says so and goes on when it is back', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers?engine=local');
  await see(page.getByRole('grid').getByText('running').first());
  allowProblem(page, /ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await see(page.getByRole('status').filter({ hasText: 'No connection to the console' }));
  await runContainer(stage.local, 'meanwhile', 'busybox', 'sleep', '100000');
  await page.context().setOffline(false);
  await see(rowOf(page, 'meanwhile'));
  await gone(page.getByRole('status').filter({ hasText: 'No connection' }));
  await eventually('one list', async () => (await rowOf(page, 'meanwhile').count()) === 1);
});
