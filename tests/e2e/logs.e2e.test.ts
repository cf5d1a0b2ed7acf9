import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openAs, prepareStage } from './fixture.ts';
import { docker, eventually, runContainer, see } from './steps.ts';

const markup = '<img src=x onerror=window.broken=1><b>bold</b> &amp; <script>window.broken=1</script>';
const flood = 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); echo "flood line $i of many"; done; echo the-flood-is-over';

/** Far more than the server keeps for a viewer that takes nothing. */
const torrent = `pad=$(printf '%0150d' 0); seq 1 50000 | sed "s/.*/torrent & $pad/"; echo the-torrent-is-over`;

const stage = prepareStage({
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await Promise.all([
      // Reads what tests write into a pipe, line by line.
      runContainer(remote, 'echoer', 'busybox', 'sh', '-c', 'mkfifo /tmp/in; while :; do cat /tmp/in; done'),
      runContainer(local, 'history', 'busybox', 'sh', '-c', 'seq 1 6000 | sed "s/.*/past line &./"; sleep 100000'),
      runContainer(local, 'torrent', 'busybox', 'sh', '-c', `mkfifo /tmp/go; cat /tmp/go; ${torrent}; sleep 100000`),
      runContainer(local, 'flooder', 'busybox', 'sh', '-c', `mkfifo /tmp/go; cat /tmp/go; ${flood}; sleep 100000`),
    ]);
  },
});

const lines = (page: Page) => page.getByRole('log', { name: 'Log lines' });

function say(text: string): Promise<string> {
  return docker(stage.remote, 'exec', 'echoer', 'sh', '-c', 'printf "%s\\n" "$1" > /tmp/in', 'sh', text);
}

test('a log is followed as it is written, and markup in it stays text', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/remote/containers/echoer/logs');
  await see(page.getByRole('button', { name: 'Follow', pressed: true }));
  await see(page.getByText('Nothing has been written yet.'));
  await say('hello from the shell');
  await see(lines(page).getByText('hello from the shell'));
  await say(markup);
  await see(lines(page).getByText(markup, { exact: true }));
  expect(await lines(page).locator('img, b, script').count()).toBe(0);
  expect(await page.evaluate(() => 'broken' in window)).toBe(false);
});

test('older lines come as one scrolls up, to the first', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/history/logs');
  await see(lines(page).getByText('past line 6000.', { exact: true }));
  await lines(page).hover();
  await eventually('the first line', async () => {
    await page.mouse.wheel(0, -40_000);
    return lines(page).getByText('past line 1.', { exact: true }).isVisible();
  });
  await see(page.getByText('The log begins here.'));
  await see(page.getByRole('button', { name: 'Follow', pressed: false }));
  await page.keyboard.press('G');
  await see(lines(page).getByText('past line 6000.', { exact: true }));
});

test('what is searched is counted, marked and kept in the address', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/history/logs');
  await see(lines(page).getByText('past line 6000.', { exact: true }));
  const box = page.getByRole('textbox', { name: 'Find in the log' });
  await box.fill('line 599[0-4]\\.');
  await page.getByRole('button', { name: 'Regular expression (RE2)' }).click();
  await see(page.getByRole('status').filter({ hasText: /\/5$/ }));
  await box.press('Enter');
  await see(page.getByRole('status').filter({ hasText: '5/5' }));
  await see(lines(page).getByText('line 5994.', { exact: true }));
  await eventually('the address', () => new URL(page.url()).search.includes('599'));
  await box.fill('line 1\\.$');
  await page.getByRole('button', { name: 'Whole log' }).click();
  const matches = page.getByRole('region', { name: 'Matches in the whole log' });
  await see(matches.getByText(/^1 match in the whole log/));
  await matches.getByRole('button', { name: /past line 1\./ }).click();
  await see(lines(page).getByText('past line 2.', { exact: true }));
});

test('a flood leaves the page usable and says what it left out', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/flooder/logs');
  await see(page.getByText('Nothing has been written yet.'));
  await docker(stage.local, 'exec', 'flooder', 'sh', '-c', 'echo > /tmp/go');
  await see(lines(page).getByText('the-flood-is-over'));
  expect(await page.locator('*').count()).toBeLessThan(3000);
  await see(page.getByRole('button', { name: 'Follow', pressed: true }));
  // Every line is accounted for: shown, let go of at the top, or counted as skipped.
  const box = page.getByRole('textbox', { name: 'Find in the log' });
  await box.fill('line 59999 of');
  await see(page.getByRole('status').filter({ hasText: /\/1$/ }));
});

test('a page that stands still beside one that follows is told how many lines it missed, where they are missing', async () => {
  const path = '/engines/local/containers/torrent/logs';
  const [stalled, following] = [
    await openAs(stage, stage.console.admin, path),
    await openAs(stage, stage.console.admin, path),
  ];
  for (const page of [stalled, following]) await see(page.getByText('Nothing has been written yet.'));
  const held = Promise.withResolvers<import('playwright-core').Route>();
  await stalled.route('**/held', (route) => held.resolve(route));
  // A synchronous request stops everything in the page, as a machine under load does, until it is answered.
  const stands = stalled.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open('GET', '/held', false);
    request.send();
  });
  const route = await held.promise;
  await docker(stage.local, 'exec', 'torrent', 'sh', '-c', 'echo > /tmp/go');
  await see(lines(following).getByText('the-torrent-is-over'));
  await route.fulfill({ body: 'go on' });
  await stands;
  await see(lines(stalled).getByText('the-torrent-is-over'));
  // Little came through before the page stood still, so the place is near the top.
  await stalled.keyboard.press('g');
  await lines(stalled).hover();
  const marker = lines(stalled).getByText(/lines? skipped here/);
  await eventually('the marker', async () => {
    if (await marker.first().isVisible()) return true;
    await stalled.mouse.wheel(0, 700);
    return false;
  });
  const [before, skipped, after] = await lines(stalled).evaluate((log) => {
    const key = (row: Element) => Number(row.getAttribute('data-key'));
    const rows = [...log.querySelectorAll('[data-key]')].sort((a, b) => key(a) - key(b));
    const at = rows.findIndex((row) => row.textContent.includes('skipped here'));
    const numberIn = (row: Element | undefined, pattern: RegExp) =>
      Number(pattern.exec(row?.textContent ?? '')?.[1]?.replaceAll(',', ''));
    const line = /torrent (\d+) /;
    return [numberIn(rows[at - 1], line), numberIn(rows[at], /([\d,]+) lines? skipped/), numberIn(rows[at + 1], line)];
  });
  expect(Number(after) - Number(before) - 1).toBe(skipped);
});

test('the whole log is downloaded as text', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/history/logs');
  await see(lines(page).getByText('past line 6000.', { exact: true }));
  await page.getByRole('button', { name: 'Download' }).click();
  const popup = page
    .context()
    .waitForEvent('page', { timeout: 5_000 })
    .catch(() => undefined);
  const [download] = await Promise.all([
    new Promise<import('playwright-core').Download>((resolve) => {
      page.on('download', resolve);
      void popup.then((opened) => opened?.on('download', resolve));
    }),
    page.getByRole('menuitem', { name: 'history without times' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('history.log');
  const text = readFileSync(await download.path(), 'utf8');
  expect(text.split('\n').filter((line) => line.startsWith('past line ')).length).toBe(6000);
});

test('several logs of both engines stand in one view in the order of their times', async () => {
  const page = await openAs(stage, stage.console.admin, '/logs');
  await page.getByRole('button', { name: 'Choose containers' }).click();
  const dialog = page.getByRole('dialog', { name: 'Containers in this view' });
  await dialog.getByRole('checkbox', { name: /history/ }).check();
  await dialog.getByRole('checkbox', { name: /echoer/ }).check();
  await dialog.getByRole('button', { name: 'Show' }).click();
  await see(lines(page).getByText('past line 6000.', { exact: true }));
  await say('and the other engine');
  await see(lines(page).getByText('and the other engine'));
  await see(lines(page).getByText('remote/echoer'));
});
