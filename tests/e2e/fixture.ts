import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { startBrowser } from '#tests/lab/browser.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type EngineOptions, type Lab, type LabEngine, startLab } from '#tests/lab/lab.ts';
import type { Person } from '#tests/lab/person.ts';

/** How long anything may take on two busy cores before it counts as never. */
export const patienceMs = Number(process.env.E2E_PATIENCE_MS ?? 60_000);

export interface StageOptions {
  /** How the newer of the two engines is reached. */
  remote?: 'tls' | 'ssh';
  local?: EngineOptions;
  /** Called with the lab before the engines start, e.g. for a registry that they must know. */
  before?: (lab: Lab) => Promise<{ local?: EngineOptions; remote?: EngineOptions }>;
  /** Called with the running engines before the console starts. */
  fill?: (local: LabEngine, remote: LabEngine) => Promise<void>;
}

/** A console with two real engines in front of a real browser; one a file. */
export interface Stage {
  lab: Lab;
  /** The distribution's engine (20.10 on Debian 12) by its unix socket; the console calls it `local`. */
  local: LabEngine;
  /** The newest engine, by TLS or SSH; the console calls it `remote`. */
  remote: LabEngine;
  console: LabConsole;
  browser: Browser;
}

interface Watched {
  page: Page;
  problems: string[];
  allowed: RegExp[];
}

/** Chromium drops requests when an interface of the machine comes or goes, as those of another lab do. */
const networkChanged = /net::ERR_NETWORK_CHANGED/;
const watched = new Map<Page, Watched>();
let shotsDir: string | undefined;

/**
 * Starts the stage before the file's tests and ends it after them. Each test gets fresh pages from `openPage`; a test
 * fails with what its pages said on console.error (refusals by the Content-Security-Policy among it) or threw.
 */
export function prepareStage(options: StageOptions = {}): Stage {
  const stage: Partial<Stage> = {};
  beforeAll(async () => {
    stage.lab = await startLab();
    const more = (await options.before?.(stage.lab)) ?? {};
    const byTls = options.remote !== 'ssh';
    const [local, remote, browser] = await Promise.all([
      stage.lab.engine({ ...options.local, ...more.local }),
      stage.lab.engine({ version: 'newest', tls: byTls, ssh: !byTls, ...more.remote }),
      startBrowser(),
    ]);
    Object.assign(stage, { local, remote, browser });
    await options.fill?.(local, remote);
    stage.console = await startConsole({ engines: { local: local.url, remote: remoteUrl(remote) } });
  });
  afterEach(async ({ task }) => {
    const failed = task.result?.state === 'fail';
    const problems: string[] = [];
    for (const { page, problems: said, allowed } of watched.values()) {
      if (failed) await takeShot(page, task.name);
      problems.push(...said.filter((text) => !allowed.some((pattern) => pattern.test(text))));
    }
    watched.clear();
    for (const context of stage.browser?.contexts() ?? []) await context.close();
    if (problems.length > 0) throw new Error(`The page complained:\n${problems.join('\n')}`);
  });
  afterAll(async () => {
    await stage.browser?.close();
    await stage.console?.stop();
    await stage.lab?.close();
    signedIn.clear();
  });
  return new Proxy(stage, {
    get(target, name) {
      const value = Reflect.get(target, name);
      if (value === undefined) throw new Error(`The stage has no ${String(name)} yet.`);
      return value;
    },
  }) as Stage;
}

/** The address of an engine as PILOTHOUSE_ENGINES takes it, with the files for TLS or SSH. */
export function remoteUrl({ tls, ssh }: LabEngine): string {
  if (tls) return `${tls.url}?${new URLSearchParams({ ca: tls.ca, cert: tls.cert, key: tls.key })}`;
  if (!ssh) throw new Error('This engine is reached by neither TLS nor SSH.');
  const hostkey = `${ssh.identityPath}.known-host`;
  writeFileSync(hostkey, `${ssh.hostKeyFingerprint}\n`);
  return `${ssh.url}?${new URLSearchParams({ identity: ssh.identityPath, hostkey })}`;
}

type StoredState = Awaited<ReturnType<BrowserContext['storageState']>>;
const signedIn = new Map<string, StoredState>();

interface PageOptions extends BrowserContextOptions {
  /** Goes through the sign-in page even if this person did before. */
  anew?: boolean;
}

/** A page of a browser context of its own, with nobody signed in. */
export async function openPage(stage: Stage, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await stage.browser.newContext({
    baseURL: stage.console.url,
    viewport: { width: 1280, height: 800 },
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(patienceMs);
  const page = await context.newPage();
  const problems: string[] = [];
  watched.set(page, { page, problems, allowed: [networkChanged] });
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
  return page;
}

/** This test provokes an error on this page: what fits is not held against it. */
export function allowProblem(page: Page, pattern: RegExp): void {
  watched.get(page)?.allowed.push(pattern);
}

/** A page on which that person has signed in through the sign-in page, at `path`. */
export async function openAs(stage: Stage, person: Person, path: string, options: PageOptions = {}): Promise<Page> {
  const { anew, ...rest } = options;
  const stored = anew ? undefined : signedIn.get(person.email);
  const page = await openPage(stage, { ...rest, storageState: stored });
  if (stored) {
    await page.goto(path);
    await whenLive(page);
    return page;
  }
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await fillSignIn(page, person.email, person.password);
  await page.waitForURL((url) => url.pathname + url.search === path);
  if (!anew) signedIn.set(person.email, await page.context().storageState());
  return page;
}

/** Fills the sign-in page and sends it. */
export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await whenLive(page);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Waits until React has taken over the whole page, part by part: what is typed or pressed before that is lost. */
export async function whenLive(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const controls = [...document.querySelectorAll('button, input')];
    const isLive = (control: Element) => Object.keys(control).some((key) => key.startsWith('__reactProps'));
    return controls.length > 0 && controls.every(isLive);
  });
}

async function takeShot(page: Page, name: string): Promise<void> {
  shotsDir ??= mkdtempSync(join(tmpdir(), 'pilothouse-e2e-'));
  const path = join(shotsDir, `${name.replace(/\W+/g, '-').slice(0, 60)}-${Date.now()}.png`);
  try {
    await page.screenshot({ path, timeout: 10_000 });
    process.stderr.write(`The page ${page.url()} when the test failed: ${path}\n`);
  } catch (error) {
    process.stderr.write(`No picture of the page ${page.url()}: ${String(error)}\n`);
  }
}
