// Pictures of every page, to be looked at: `node scripts/screenshots.ts [--docs | --access]`. Needs root and a build.
// With --docs the few that the README shows are written to docs/screenshots instead, with --access those of
// docs/access-tour.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '#tests/lab/browser.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { filmAccess } from './access-tour.ts';
import { fillEngine } from './demo-samples.ts';

interface Shot {
  name: string;
  path: string;
  /** Done before the picture is taken. */
  prepare?: (page: Page) => Promise<unknown>;
}

type Look = 'light' | 'dark' | 'phone';

const web = '/engines/harbour/containers/shop-web-1';
const bytesMax = 120_000;

const press = (name: string) => async (page: Page) => {
  await page.getByRole('button', { name, exact: true }).first().click();
  await page.locator('[role="menu"], [role="dialog"]').first().waitFor();
};
const keys = (shortcut: string, text: string) => async (page: Page) => {
  await page.keyboard.press(shortcut);
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type(text);
};
const inTerminal = async (page: Page) => {
  await page.getByRole('button', { name: 'sh', exact: true }).last().click();
  const rows = page.locator('.xterm-rows');
  await rows.getByText(/#/).first().waitFor();
  await page.keyboard.type('cat /etc/hosts; ls -l /www; wget -q -O - http://127.0.0.1/ | head -n 2\n');
  await rows
    .getByText(/doctype html/)
    .first()
    .waitFor();
};
const seeText = (text: RegExp) => (page: Page) => page.getByText(text).first().waitFor();
const seeLines = (page: Page) => page.getByRole('log').locator('[data-key]').nth(4).waitFor();
const seeFleet = async (page: Page) => {
  await page
    .getByText(/\d% of \d/)
    .nth(1)
    .waitFor();
  await seeText(/ago|now/)(page);
};

const shots: Shot[] = [
  { name: 'fleet', path: '/', prepare: seeFleet },
  { name: 'containers', path: '/containers?group=stack' },
  { name: 'selected', path: '/containers', prepare: (page) => page.getByLabel('Select mailer').first().click() },
  { name: 'row-menu', path: '/containers', prepare: press('Actions on mailer') },
  { name: 'palette', path: '/containers', prepare: keys('Control+k', 'shop') },
  { name: 'keys', path: '/containers', prepare: keys('?', '') },
  { name: 'stacks', path: '/stacks' },
  { name: 'stack', path: '/stacks/harbour/shop' },
  { name: 'stack-logs', path: '/stacks/harbour/shop/logs', prepare: seeLines },
  { name: 'images', path: '/images' },
  { name: 'pull', path: '/images', prepare: press('Pull') },
  { name: 'networks', path: '/networks' },
  { name: 'network', path: '/engines/harbour/networks/shop_default' },
  { name: 'volumes', path: '/volumes' },
  { name: 'volume', path: '/engines/harbour/volumes/shop_data' },
  { name: 'container', path: web },
  { name: 'logs', path: '/engines/harbour/containers/shop-worker-1/logs', prepare: seeLines },
  { name: 'terminal', path: `${web}/exec`, prepare: inTerminal },
  { name: 'stats', path: `${web}/stats`, prepare: seeText(/of one core/) },
  { name: 'processes', path: `${web}/top` },
  { name: 'inspect', path: `${web}/inspect` },
  { name: 'ended', path: '/engines/harbour/containers/nightly-backup' },
  { name: 'unhealthy', path: '/engines/harbour/containers/mailer' },
  { name: 'engine', path: '/engines/harbour' },
  { name: 'engine-events', path: '/engines/harbour/events' },
  { name: 'engine-disk', path: '/engines/harbour/disk' },
  { name: 'logs-of-several', path: '/logs?c=harbour%2Fshop-worker-1&c=lighthouse%2Fblog-worker-1', prepare: seeLines },
  { name: 'logs-empty', path: '/logs' },
  { name: 'account', path: '/settings/account' },
  { name: 'cli', path: '/settings/cli' },
  { name: 'engines', path: '/settings/engines' },
  { name: 'add-engine', path: '/settings/engines', prepare: press('Add engine') },
  { name: 'users', path: '/settings/users' },
  { name: 'invite', path: '/settings/users', prepare: press('Invite') },
  { name: 'teams', path: '/settings/teams' },
  { name: 'roles', path: '/settings/roles' },
  { name: 'role', path: '/settings/roles/operator' },
  { name: 'new-role', path: '/settings/roles/new?from=operator' },
  { name: 'grants', path: '/settings/grants' },
  { name: 'give-grant', path: '/settings/grants', prepare: press('Give grant') },
  { name: 'service-accounts', path: '/settings/service-accounts' },
  { name: 'sessions', path: '/settings/sessions' },
  { name: 'registries', path: '/settings/registries' },
  { name: 'audit', path: '/settings/audit' },
  { name: 'not-found', path: '/engines/harbour/containers/never-was' },
];

const docsShots: { name: string; look: Look; heightPx?: number }[] = [
  { name: 'fleet', look: 'light', heightPx: 320 },
  { name: 'containers', look: 'light' },
  { name: 'logs', look: 'light', heightPx: 440 },
  { name: 'terminal', look: 'dark', heightPx: 440 },
  { name: 'container', look: 'dark', heightPx: 600 },
  { name: 'containers', look: 'phone' },
];

const root = resolve(import.meta.dirname, '..');
const say = (text: string) => process.stdout.write(`${text}\n`);
const forDocs = process.argv.includes('--docs');
const only = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const forAccess = process.argv.includes('--access');
const out = forDocs || forAccess ? join(root, 'docs/screenshots') : mkdtempSync(join(tmpdir(), 'pilothouse-shots-'));
mkdirSync(out, { recursive: true });

if (forAccess) {
  await filmAccess(out);
  process.exit();
}

const lab = await startLab();
const work = mkdtempSync(join(lab.dir, 'samples-'));
let started: LabConsole | undefined;
let browser: Browser | undefined;
try {
  const engines = await Promise.all([
    lab.engine({ hostname: 'harbour' }),
    lab.engine({ hostname: 'lighthouse', version: 'newest' }),
  ]);
  await Promise.all(engines.map((engine, i) => fill(engine, join(work, String(i)), i === 0 ? 'shop' : 'blog')));
  const [harbour, lighthouse] = engines;
  started = await startConsole({ engines: { harbour: harbour?.url ?? '', lighthouse: lighthouse?.url ?? '' } });
  await started.person('developer');
  await started.person('viewer', { engine: 'lighthouse' });
  browser = await startBrowser();
  const looks: Look[] = ['light', 'dark', 'phone'];
  for (const look of looks) await takeAll(browser, started, look);
  say(`The pictures are in ${out}`);
} finally {
  await browser?.close();
  await started?.stop();
  await lab.close();
}

async function fill(engine: LabEngine, dir: string, project: string): Promise<void> {
  mkdirSync(dir);
  await fillEngine(engine, dir, project);
  rmSync(dir, { recursive: true });
  await waitFor('the health checks', async () => {
    const { stdout } = await engine.docker('ps', '--filter', 'health=starting', '-q');
    return stdout === '';
  });
}

async function takeAll(from: Browser, target: LabConsole, look: Look): Promise<void> {
  const context = await from.newContext({
    baseURL: target.url,
    viewport:
      look === 'phone' ? { width: 390, height: 740 } : { width: forDocs ? 1140 : 1280, height: forDocs ? 640 : 800 },
    colorScheme: look === 'dark' ? 'dark' : 'light',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  const { cookie } = target.admin;
  await context.addCookies(
    cookie.split('; ').map((pair) => {
      const at = pair.indexOf('=');
      return { name: pair.slice(0, at), value: pair.slice(at + 1), url: target.url };
    }),
  );
  // The pictures show a console at work, not one that is being set up; --access shows that.
  await context.addInitScript(() => localStorage.setItem('pilothouse.getting-started.dismissed', '1'));
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') say(`${page.url()} says: ${message.text()}`);
  });
  for (const shot of shots) {
    const docs = docsShots.find((each) => each.name === shot.name && each.look === look);
    if (!(forDocs ? docs : only.length === 0 || only.includes(shot.name))) continue;
    const name = forDocs && look !== 'phone' ? shot.name : `${shot.name}-${look}`;
    await take(page, shot, join(out, `${name}.png`), forDocs ? docs?.heightPx : undefined);
  }
  await context.close();
}

async function take(page: Page, shot: Shot, path: string, heightPx?: number): Promise<void> {
  try {
    await page.goto(shot.path, { waitUntil: 'networkidle' });
    await shot.prepare?.(page);
    await page.waitForFunction(() => document.fonts.status === 'loaded');
    // Two frames on, what was scrolled to is painted, too.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  } catch (error) {
    say(`${shot.name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
  const width = page.viewportSize()?.width ?? 0;
  const clip = heightPx === undefined ? undefined : { x: 0, y: 0, width, height: heightPx };
  const picture = await page.screenshot({ clip, animations: 'disabled' });
  writeFileSync(path, picture);
  if (forDocs && picture.length > bytesMax) say(`${path} has ${picture.length} bytes: too much for the README.`);
}
