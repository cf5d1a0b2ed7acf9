import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '#tests/lab/browser.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type LabEngine, startLab } from '#tests/lab/lab.ts';
import { fillEngine } from './demo-samples.ts';

/** Pictures larger than this are too much for a repository. */
const bytesMax = 120_000;
const widthPx = 1280;
const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Goes the way of a new administrator in a real browser, from an empty console to teams in their scopes, and takes a
 * picture at each turn: `out/access-01-....png`, which docs/access-tour.md shows. Needs root and a build.
 */
export async function filmAccess(out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const lab = await startLab();
  let console_: LabConsole | undefined;
  let browser: Browser | undefined;
  try {
    const engine = await lab.engine({ hostname: 'harbour' });
    const work = join(lab.dir, 'samples');
    mkdirSync(work);
    await fillEngine(engine, work);
    rmSync(work, { recursive: true });
    console_ = await startConsole({ firstRun: true });
    browser = await startBrowser();
    await film({ out, browser, url: console_.url, setup: setupLink(console_), engine });
  } finally {
    await browser?.close();
    await console_?.stop();
    await lab.close();
  }
}

interface Set {
  out: string;
  browser: Browser;
  url: string;
  /** The one-time link of the first administrator. */
  setup: string;
  engine: LabEngine;
}

async function film(set: Set): Promise<void> {
  const startedAt = performance.now();
  const admin = await openPage(set);
  const shoot = camera(set.out);
  await admin.goto(set.setup, { waitUntil: 'networkidle' });
  await admin.getByLabel('Name').fill('Grace');
  await admin.getByLabel('E-mail').fill('grace@example.com');
  await admin.getByLabel('Password').fill('a-fine-long-password');
  await shoot(admin, 'setup', 480, 160);
  await admin.getByRole('button', { name: 'Make the administrator' }).click();
  await admin.getByRole('heading', { name: 'Getting started' }).waitFor();
  await shoot(admin, 'getting-started', 420);

  await addEngine(admin, set.engine);
  await shoot(admin, 'engine', 420);
  await makeTeam(admin, 'Shop', 'Runs the shop, day and night');
  await giveGrant(admin, { role: 'operator', project: 'shop' }, () => shoot(admin, 'grant', 760));
  await shoot(admin, 'team', 460);
  await makeTeam(admin, 'Watch', 'Sees everything, changes nothing');
  await giveGrant(admin, { role: 'viewer' });

  const link = await invite(admin, 'Shop', () => shoot(admin, 'invitation', 520));
  const ann = await openPage(set);
  await ann.goto(link, { waitUntil: 'networkidle' });
  await ann.getByLabel('Password', { exact: true }).fill('correct-horse-battery');
  await ann.getByLabel('Password again').fill('correct-horse-battery');
  await shoot(ann, 'join', 500, 150);
  await ann.getByRole('button', { name: 'Join' }).click();
  await ann.waitForURL((url) => url.pathname === '/');
  await ann.goto('/containers');
  await ann.getByRole('link', { name: 'shop-web-1', exact: true }).waitFor();
  await shoot(ann, 'scoped', 420);
  say(`Two teams with roles and scopes, and somebody at work, after ${seconds(startedAt)} s.`);

  await admin.goto('/settings/roles/new?from=operator', { waitUntil: 'networkidle' });
  const operations = admin.getByRole('table', { name: 'Operations of this role' });
  await operations.getByRole('button', { name: /^Enter/ }).click();
  await shoot(admin, 'role', 760);
  await admin.goto('/settings/grants', { waitUntil: 'networkidle' });
  await admin.getByRole('table', { name: 'Grants' }).waitFor();
  await shoot(admin, 'grants', 420);
}

async function openPage({ browser, url }: Set): Promise<Page> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: widthPx, height: 800 },
    colorScheme: 'light',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

const dialog = (page: Page) => page.getByRole('dialog').last();
const press = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).click();

async function addEngine(page: Page, engine: LabEngine): Promise<void> {
  await page.getByRole('link', { name: 'Engines', exact: true }).first().click();
  await page.getByRole('button', { name: 'Add engine' }).click();
  await dialog(page).getByLabel('Name').fill('harbour');
  await dialog(page).getByLabel('Address').fill(engine.url);
  await dialog(page).getByLabel('Tags').fill('production');
  await press(page, 'Add engine');
  await page.getByRole('table', { name: 'Engines' }).getByText('live', { exact: true }).waitFor();
}

async function makeTeam(page: Page, name: string, description: string): Promise<void> {
  await page.goto('/settings/teams', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'New team' }).click();
  await dialog(page).getByLabel('Name').fill(name);
  await dialog(page).getByLabel('What it is for').fill(description);
  await press(page, 'Create team');
  await page.getByRole('heading', { name, level: 1 }).waitFor();
}

/** To the team whose page is open. */
async function giveGrant(
  page: Page,
  grant: { role: string; project?: string },
  onFilled?: () => Promise<void>,
): Promise<void> {
  await page.getByRole('button', { name: 'Give grant' }).click();
  await dialog(page).getByLabel('Role').selectOption(grant.role);
  if (grant.project) {
    await dialog(page).getByRole('button', { name: 'Only a scope …' }).click();
    await dialog(page).getByLabel('Compose project').fill(grant.project);
    await dialog(page)
      .getByRole('button', { name: /^Add what/ })
      .click();
    await dialog(page)
      .getByText(/containers ·/)
      .waitFor();
  }
  await onFilled?.();
  await press(page, 'Give grant');
  await page.getByRole('list', { name: 'Grants' }).waitFor();
}

/** Invites Ann into the team; resolves with the link. */
async function invite(page: Page, team: string, onMade: () => Promise<void>): Promise<string> {
  await page.goto('/settings/users', { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Invite' }).click();
  await dialog(page).getByLabel('E-mail').fill('ann@example.com');
  await dialog(page).getByLabel('Name').fill('Ann');
  await dialog(page).getByLabel(team).check();
  await press(page, 'Make the link');
  const shown = dialog(page).getByText(/\/invite#/);
  await shown.waitFor();
  await onMade();
  return (await shown.textContent()) ?? '';
}

/** Takes numbered pictures of a part of a page. */
function camera(out: string) {
  let number = 0;
  return async (page: Page, name: string, heightPx: number, fromPx = 0): Promise<void> => {
    number += 1;
    await page.waitForFunction(() => document.fonts.status === 'loaded');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const clip = { x: 0, y: fromPx, width: widthPx, height: heightPx };
    const picture = await page.screenshot({ clip, animations: 'disabled', caret: 'hide' });
    const path = join(out, `access-${String(number).padStart(2, '0')}-${name}.png`);
    writeFileSync(path, picture);
    say(`${path} ${Math.round(picture.length / 1024)} KB`);
    if (picture.length > bytesMax) say(`${path} has ${picture.length} bytes: too much for the documentation.`);
  };
}

function setupLink(from: LabConsole): string {
  const link = /https?:\/\/\S+\/setup\?secret=\S+/.exec(from.log())?.[0];
  if (!link) throw new Error(`The console printed no setup link: ${from.log()}`);
  return link;
}

function seconds(sinceMs: number): string {
  return ((performance.now() - sinceMs) / 1000).toFixed(0);
}
