import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openAs, prepareStage } from './fixture.ts';
import { docker, eventually, gone, runContainer, see } from './steps.ts';

const stage = prepareStage({
  remote: 'ssh',
  fill: async (local, remote) => {
    await Promise.all([local.busybox(), remote.busybox()]);
    await Promise.all([
      runContainer(local, 'shell', 'busybox', 'sleep', '100000'),
      runContainer(local, 'early', 'busybox', 'sleep', '100000'),
      runContainer(local, 'keeper', 'busybox', 'sleep', '100000'),
      runContainer(remote, 'far', 'busybox', 'sleep', '100000'),
      docker(local, 'run', '-d', '--name', 'bare', 'busybox', 'sleep', '100000'),
    ]);
    // As a distroless image: one program, which is no shell.
    const strip = 'mkdir /app; cd /app; cp /bin/busybox echo; cp echo rm; /app/rm /bin/*; /app/rm rm';
    await docker(local, 'exec', 'bare', 'sh', '-c', strip);
  },
});

const input = (page: Page) => page.getByRole('textbox', { name: 'Terminal input' });
const screen = (page: Page) => page.locator('.xterm-rows');

/** What the terminal shows, line by line. */
function linesOf(page: Page): Promise<string> {
  return screen(page).evaluate((rows) => [...rows.children].map((row) => row.textContent).join('\n'));
}

async function openShell(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'sh', exact: true }).click();
  await prompt(page);
}

async function prompt(page: Page): Promise<void> {
  await eventually('a prompt', async () => /[#$] *$/m.test(await linesOf(page)));
}

async function type(page: Page, line: string): Promise<void> {
  await input(page).focus();
  await page.keyboard.type(`${line}\n`);
}

/** Waits for output; what was typed is told apart by being written in pieces. */
async function reads(page: Page, text: string | RegExp): Promise<void> {
  await see(screen(page).getByText(text));
}

test('a shell echoes, knows its size as the window changes, and its exit code is told', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/remote/containers/far/exec');
  await openShell(page);
  await type(page, 'echo "ans""wer: $((6*7)) grüße 漢字"');
  await reads(page, 'answer: 42 grüße 漢字');
  await type(page, 'stty size | sed "s/^/size /"');
  await reads(page, /^size \d+ \d+/);
  const before = /^size (\d+) (\d+)/m.exec(await linesOf(page));
  await page.setViewportSize({ width: 900, height: 500 });
  await eventually('another size', async () => {
    await type(page, 'clear; stty size | sed "s/^/size /"');
    await reads(page, /^size \d+ \d+/);
    const now = /^size (\d+) (\d+)/m.exec(await linesOf(page));
    return now && Number(now[1]) < Number(before?.[1]) && Number(now[2]) < Number(before?.[2]);
  });
  await type(page, 'exit 7');
  await see(page.getByRole('status').filter({ hasText: 'Ended with exit code 7.' }));
  await page.getByRole('button', { name: 'Open again' }).click();
  await gone(page.getByRole('status').filter({ hasText: 'Ended with' }));
  await prompt(page);
  await type(page, 'echo "ag""ain"');
  await reads(page, 'again');
});

test('what is typed while a terminal opens reaches the shell', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/early/exec');
  await page.getByRole('button', { name: 'sh', exact: true }).click();
  // Focused and typed into as soon as it is there: no prompt is waited for.
  await input(page).focus();
  await page.keyboard.type('echo "ear""ly"\n');
  await reads(page, /^early/);
});

test('a paste of 64 KB arrives unharmed', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/shell/exec');
  await openShell(page);
  const line = (i: number) => `${String(i).padStart(5, '0')} a line with ä, € and 漢, as long as sixty bytes or so`;
  const text = `${Array.from({ length: 1000 }, (_, i) => line(i)).join('\n')}\n`;
  expect(Buffer.byteLength(text)).toBeGreaterThan(60_000);
  await type(page, 'stty -echo; cat > /tmp/pasted; stty echo; echo "do""ne"');
  await input(page).evaluate((element, data) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', data);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
  await eventually(
    'the last line',
    async () => (await docker(stage.local, 'exec', 'shell', 'tail', '-n', '1', '/tmp/pasted')) === line(999),
  );
  await page.keyboard.press('Control+d');
  await reads(page, /^done/);
  expect(`${await docker(stage.local, 'exec', 'shell', 'cat', '/tmp/pasted')}\n`).toBe(text);
});

test('a reload of the page keeps the terminal with what was on it', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/keeper/exec');
  await openShell(page);
  await type(page, 'kept=still-the-same; echo "be""fore the reload"');
  await reads(page, 'before the reload');
  await page.reload();
  await reads(page, 'before the reload');
  await type(page, 'echo "it is $kept"');
  await reads(page, 'it is still-the-same');
  await page.getByRole('button', { name: 'Close sh' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
  await gone(page.getByRole('tab'));
});

test('a container without a shell says so and still runs a program', async () => {
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/bare/exec');
  await see(page.getByText(/This container has no shell/));
  await page.getByRole('textbox', { name: 'Or run a command' }).fill('/app/echo ran-without-a-shell');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await reads(page, 'ran-without-a-shell');
  await see(page.getByRole('status').filter({ hasText: 'exit code 0' }));
});

test('a stopped container has no terminal, and one that is started gets it', async () => {
  await docker(stage.local, 'create', '--init', '--name', 'asleep', 'busybox', 'sleep', '100000');
  const page = await openAs(stage, stage.console.admin, '/engines/local/containers/asleep/exec');
  await see(page.getByText(/The container is not running/));
  await docker(stage.local, 'start', 'asleep');
  await see(page.getByRole('button', { name: 'sh', exact: true }));
});
