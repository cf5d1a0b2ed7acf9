import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startBrowser } from '#tests/lab/browser.ts';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type LabEngine, startLab } from '#tests/lab/lab.ts';
import { type LabOidc, startOidc } from '#tests/lab/oidc.ts';
import { addEngine, addProvider, check, giveGrant, invite, makeTeam } from './access-steps.ts';
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
  let oidc: LabOidc | undefined;
  try {
    const engine = await lab.engine({ hostname: 'harbour' });
    const work = join(lab.dir, 'samples');
    mkdirSync(work);
    await fillEngine(engine, work);
    rmSync(work, { recursive: true });
    console_ = await startConsole({ firstRun: true });
    browser = await startBrowser();
    oidc = await startOidc([`${console_.url}/api/auth/callback/acme`]);
    await film({ out, browser, url: console_.url, setup: setupLink(console_), engine, oidc });
  } finally {
    await browser?.close();
    await oidc?.stop();
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
  oidc: LabOidc;
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

  await addProvider(admin, set.oidc, () => shoot(admin, 'single-sign-on', 760, 40, 640));
  await set.oidc.setPerson('ben', {
    email: 'ben@example.com',
    email_verified: true,
    name: 'Ben',
    groups: ['watchers'],
  });
  const ben = await openPage(set);
  await ben.goto('/sign-in', { waitUntil: 'networkidle' });
  await shoot(ben, 'sign-in', 500, 150);
  await ben.getByRole('button', { name: 'Continue with Acme' }).click();
  await ben.waitForURL((url) => url.pathname === '/');
  await ben.getByRole('link', { name: 'harbour', exact: true }).waitFor();
  say(`Two teams with scoped roles, by invitation and by single sign-on, after ${seconds(startedAt)} s.`);
  await admin.goto('/settings/teams', { waitUntil: 'networkidle' });
  await admin.getByRole('link', { name: 'Watch', exact: true }).click();
  await admin.getByText('by single sign-on').waitFor();
  await shoot(admin, 'group', 420);

  await check(admin, {
    who: 'Ann (ann@example.com)',
    operation: 'container.stop',
    engine: 'harbour',
    object: 'mailer',
  });
  await shoot(admin, 'check', 640);
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

/** Takes numbered pictures of a part of a page. */
function camera(out: string) {
  let number = 0;
  return async (page: Page, name: string, heightPx: number, fromPx = 0, fromLeftPx = 0): Promise<void> => {
    number += 1;
    await page.waitForFunction(() => document.fonts.status === 'loaded');
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const clip = { x: fromLeftPx, y: fromPx, width: widthPx - fromLeftPx, height: heightPx };
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
