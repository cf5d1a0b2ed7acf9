import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { LabConsole } from '#tests/lab/console.ts';
import type { LabEngine } from '#tests/lab/lab.ts';
import { type Row, repeat } from './numbers.ts';
import { rssMb } from './process.ts';

const floodMs = 30_000;

async function signedIn(browser: Browser, console_: LabConsole): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const cookies = console_.admin.cookie.split('; ').map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), url: console_.url };
  });
  await context.addCookies(cookies);
  return context;
}

/** The containers page, cold: a new profile each time, nothing cached. */
export async function measurePage(browser: Browser, console_: LabConsole): Promise<Row[]> {
  const elements: number[] = [];
  const heaps: number[] = [];
  const scripts: number[] = [];
  const visible = await repeat(5, async () => {
    const context = await signedIn(browser, console_);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    const started = performance.now();
    await page.goto(`${console_.url}/containers`, { waitUntil: 'commit' });
    await page.getByRole('row').nth(10).waitFor();
    const seconds = (performance.now() - started) / 1000;
    await page.waitForLoadState('networkidle').catch(() => undefined);
    elements.push(await page.evaluate(() => document.querySelectorAll('*').length));
    await cdp.send('HeapProfiler.collectGarbage');
    heaps.push(await heapMb(page));
    scripts.push((await page.evaluate(scriptBytes)) / 1024);
    await context.close();
    return seconds;
  });
  return [
    {
      what: 'containers page, cold, 500 containers: table visible',
      bar: 'at most 1.5 s',
      unit: 's',
      runs: visible,
      keeps: (value) => value <= 1.5,
    },
    { what: 'DOM elements', bar: 'at most 2,000', unit: '', runs: elements, keeps: (value) => value <= 2000 },
    { what: 'heap after collection', bar: 'at most 30 MB', unit: 'MB', runs: heaps, keeps: (value) => value <= 30 },
    {
      what: 'JavaScript on the wire',
      bar: 'at most 250 KB',
      unit: 'KB',
      runs: scripts,
      keeps: (value) => value <= 250,
    },
  ];
}

/** Compressed bodies of the scripts that the page has loaded; runs in the page. */
function scriptBytes(): number {
  const entries = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  const scripts = entries.filter(({ name }) => new URL(name).pathname.endsWith('.js'));
  return scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
}

async function heapMb(page: Page): Promise<number> {
  const cdp = await page.context().newCDPSession(page);
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1024 / 1024;
}

/**
 * The log view at some 10,000 lines/s for 30 s. Each line carries its number, so that the page's last line and what
 * it says it skipped tell whether a line is missing without a word.
 */
export async function measureFlood(browser: Browser, engine: LabEngine, console_: LabConsole): Promise<Row[]> {
  const name = 'bench-flood';
  const script =
    'sleep 3; i=0; while [ $i -lt 300 ]; do seq $((i*1000+1)) $((i*1000+1000)); i=$((i+1)); usleep 90000; done; echo flood-end; sleep 600';
  await engine.docker('rm', '-f', name);
  const context = await signedIn(browser, console_);
  const page = await context.newPage();
  await engine.docker('run', '-d', '--init', '--name', name, 'busybox', 'sh', '-c', script);
  await page.goto(`${console_.url}/engines/bench/containers/${name}/logs`);
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  await delay(2000);
  const rssBefore = rssMb(console_.pid);
  const heapBefore = await heapMb(page);
  let rssPeak = rssBefore;
  const until = Date.now() + floodMs + 60_000;
  while (Date.now() < until) {
    rssPeak = Math.max(rssPeak, rssMb(console_.pid));
    if ((await page.getByText('flood-end').count()) > 0) break;
    await delay(250);
  }
  const ended = (await page.getByText('flood-end').count()) > 0;
  const longest = await page.evaluate(() => Math.max(0, ...(window as unknown as { longTasks: number[] }).longTasks));
  const heapGrowth = (await heapMb(page)) - heapBefore;
  await context.close();
  await engine.docker('rm', '-f', name);
  return [
    {
      what: 'log view at 10,000 lines/s for 30 s: longest task',
      bar: 'at most 200 ms',
      unit: 'ms',
      runs: [longest],
      keeps: (value) => value <= 200,
    },
    {
      what: 'the last line shown (1: yes)',
      bar: 'yes',
      unit: '',
      runs: [ended ? 1 : 0],
      keeps: (value) => value === 1,
    },
    {
      what: "the page's heap grows by",
      bar: 'flat: at most 60 MB of kept lines',
      unit: 'MB',
      runs: [heapGrowth],
      keeps: (value) => value <= 60,
    },
    {
      what: 'the server grows by, at its peak',
      bar: 'less than 50 MB',
      unit: 'MB',
      runs: [rssPeak - rssBefore],
      keeps: (value) => value < 50,
    },
  ];
}
