import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { openAs, prepareStage } from './fixture.ts';
import { docker, gone, runContainer, see } from './steps.ts';

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    const long = 'a-rather-long-name-of-a-container-that-somebody-gave-it-in-a-script';
    const env = ['-e', `LONG=${'x'.repeat(300)}`, '-l', `long.label.${'y'.repeat(120)}=${'z'.repeat(200)}`];
    await Promise.all([
      runContainer(local, long, ...env, 'busybox', 'sh', '-c', 'echo a line; sleep 100000'),
      runContainer(remote, 'web', '-l', 'com.docker.compose.project=shop', 'busybox', 'sh', '-c', 'echo; sleep 100000'),
      docker(remote, 'run', '-d', '--name', 'failed', 'busybox', 'sh', '-c', 'exit 3'),
      docker(remote, 'volume', 'create', 'data'),
    ]);
  },
});

const long = 'a-rather-long-name-of-a-container-that-somebody-gave-it-in-a-script';

/** Pages with what shows that they are there. */
const consolePages: [string, (page: Page) => Promise<unknown>][] = [
  ['/', (page) => see(page.getByRole('link', { name: 'remote', exact: true }))],
  ['/containers', (page) => see(page.getByRole('link', { name: 'web', exact: true }))],
  ['/stacks', (page) => see(page.getByRole('link', { name: 'shop', exact: true }))],
  ['/images', (page) => see(page.getByRole('link', { name: /busybox/ }))],
  ['/networks', (page) => see(page.getByRole('link', { name: 'bridge' }))],
  ['/volumes', (page) => see(page.getByRole('link', { name: 'data' }))],
  ['/logs', (page) => see(page.getByRole('button', { name: 'Choose containers' }))],
  [`/engines/local/containers/${long}`, (page) => see(page.getByRole('heading', { name: 'Environment' }))],
  ['/engines/remote/containers/web/logs', (page) => see(page.getByRole('log'))],
  ['/engines/remote/containers/web/exec', (page) => see(page.getByRole('button', { name: 'sh', exact: true }))],
  ['/engines/remote/containers/web/stats', (page) => see(page.getByText(/of one core/))],
  ['/engines/remote/containers/web/inspect', (page) => see(page.getByRole('tree'))],
  ['/engines/remote', (page) => see(page.getByRole('heading', { name: 'remote', exact: true }))],
];
const accessPages: typeof consolePages = [
  ['/settings/users', (page) => see(page.getByRole('table', { name: 'Users' }))],
  ['/settings/roles', (page) => see(page.getByRole('table', { name: 'Roles' }))],
  ['/settings/roles/new?from=operator', (page) => see(page.getByRole('table', { name: 'Operations of this role' }))],
  ['/settings/grants', (page) => see(page.getByRole('table', { name: 'Grants' }))],
  ['/settings/policies/new', (page) => see(page.getByRole('heading', { name: 'New policy' }))],
  ['/settings/access-check', (page) => see(page.getByLabel('May do what'))],
];
const settingsPages: typeof consolePages = [
  ['/settings/account', (page) => see(page.getByRole('table', { name: 'Sessions' }))],
  ['/settings/engines', (page) => see(page.getByRole('table', { name: 'Engines' }).getByText('remote'))],
  ['/settings/sessions', (page) => see(page.getByLabel('Length, in hours'))],
  ['/settings/audit', (page) => see(page.getByRole('table', { name: 'Audit records' }))],
  ['/settings/registries', (page) => see(page.getByText('No credentials stored.'))],
  ['/settings/cli', (page) => see(page.getByRole('heading', { level: 1 }))],
  ['/settings/sign-in', (page) => see(page.getByLabel('Who may sign in by password'))],
  ['/settings/recordings', (page) => see(page.getByRole('heading', { name: 'No recordings' }))],
  ['/settings/trail', (page) => see(page.getByLabel('Keep records, in days'))],
];

const policyPages: typeof consolePages = [
  ['/settings/policies', (page) => see(page.getByText('No policies yet'))],
  ['/settings/policies/new', (page) => see(page.getByRole('heading', { name: 'Try it' }))],
  ['/settings/access-check', (page) => see(page.getByLabel('May do what'))],
  ['/engines/remote/containers/web/access', (page) => see(page.getByRole('heading', { name: /Who may do what/ }))],
];

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds that keeps people out. */
async function violations(page: Page): Promise<string[]> {
  // By the debugger's own way in, which the page's policy does not concern.
  if (!(await page.evaluate(() => 'axe' in window))) await page.addScriptTag({ path: axePath });
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    const { violations: found } = await axe.run(document, { resultTypes: ['violations'] });
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ html }) => `${id}: ${html.slice(0, 300)}`));
  });
}

function sidewaysPx(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each([
    ['main', consolePages],
    ['access', accessPages],
    ['settings', settingsPages],
    ['policy', policyPages],
  ] as const)(
    'the %s pages keep nobody out, at a desk and on a phone, where none is wider than the screen',
    async (_, pages) => {
      const page = await openAs(stage, stage.console.admin, '/', { colorScheme, bypassCSP: true });
      const problems: string[] = [];
      for (const [path, isThere] of pages) {
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.goto(path);
        await isThere(page);
        await gone(page.getByText('Loading …'));
        problems.push(...(await violations(page)).map((text) => `${path} ${text}`));
        await page.setViewportSize({ width: 390, height: 844 });
        await see(page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'More' }));
        const px = await sidewaysPx(page);
        if (px > 0) problems.push(`${path} is ${px} px wider than a phone`);
        if (colorScheme === 'light') problems.push(...(await violations(page)).map((text) => `phone ${path} ${text}`));
      }
      expect(problems).toEqual([]);
    },
  );
});

test('on a phone the lists, the menu and a dialog can be used', async () => {
  const page = await openAs(stage, stage.console.admin, '/', { viewport: { width: 390, height: 844 }, hasTouch: true });
  const bar = page.getByRole('navigation', { name: 'Pages' });
  await bar.getByRole('link', { name: 'Containers' }).tap();
  await see(page.getByRole('link', { name: 'web', exact: true }));
  await page.getByRole('button', { name: 'Actions on web', exact: true }).tap();
  await page.getByRole('menuitem', { name: /^Rename/ }).tap();
  await see(page.getByRole('dialog', { name: 'Rename web' }));
  expect(await sidewaysPx(page)).toBe(0);
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).tap();
  await gone(page.getByRole('dialog'));
  await bar.getByRole('button', { name: 'More' }).tap();
  await page.getByRole('menuitem', { name: 'Volumes' }).tap();
  await see(page.getByRole('link', { name: 'data' }));
});

test('the chosen colours stay after a reload, whatever the system says', async () => {
  const page = await openAs(stage, stage.console.admin, '/containers', { colorScheme: 'light' });
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Dark' }).click();
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(await scheme()).toBe('dark');
  await page.reload();
  expect(await scheme()).toBe('dark');
});
