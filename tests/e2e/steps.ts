import type { Locator, Page } from 'playwright-core';
import type { LabEngine } from '#tests/lab/lab.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { patienceMs } from './fixture.ts';

/** Waits until it is there to be seen. */
export async function see(locator: Locator): Promise<Locator> {
  await locator.first().waitFor({ state: 'visible' });
  return locator;
}

/** Waits until it is not there (any more). */
export async function gone(locator: Locator): Promise<void> {
  await waitFor(`${locator} to go`, async () => (await locator.count()) === 0, { timeoutMs: patienceMs });
}

/** Waits for a condition with the patience of a browser test. */
export function eventually<T>(what: string, condition: () => T | Promise<T>) {
  return waitFor(what, condition, { timeoutMs: patienceMs, everyMs: 50 });
}

/** The row of a list page by the name of its object. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
}

/** The names in a list page, top down, as far as they are drawn. */
export function namesShown(page: Page): Promise<string[]> {
  return page
    .getByRole('grid')
    .evaluate((grid) =>
      [...grid.querySelectorAll<HTMLElement>('[data-row]')]
        .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
        .map((row) => row.querySelector('a')?.textContent ?? ''),
    );
}

/** Opens a row's menu and chooses. */
export async function act(page: Page, name: string, action: RegExp): Promise<void> {
  await page.getByRole('button', { name: `Actions on ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: action }).click();
}

/** Presses the button in the open dialog. */
export function confirm(page: Page, label: string): Promise<void> {
  return page.getByRole('dialog').getByRole('button', { name: label, exact: true }).click();
}

/** docker, which must succeed; gives stdout without the end of its last line. */
export async function docker(engine: LabEngine, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await engine.docker(...args);
  if (code !== 0) throw new Error(`docker ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return stdout.trim();
}

/** Several lines of shell in one container: faster than as many docker commands. */
export function runContainer(engine: LabEngine, name: string, ...rest: string[]): Promise<string> {
  return docker(engine, 'run', '-d', '--init', '--name', name, ...rest);
}
