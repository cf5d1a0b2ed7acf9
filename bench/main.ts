import { join } from 'node:path';
import { startBrowser } from '#tests/lab/browser.ts';
import { startConsole } from '#tests/lab/console.ts';
import { type LabEngine, startLab } from '#tests/lab/lab.ts';
import { measureFlood, measurePage } from './browser.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { measureStepBack } from './history.ts';
import { doorTarget, engineTarget } from './http.ts';
import { measureLiveScopes } from './live-scopes.ts';
import { formatRow, type Row, tableHead } from './numbers.ts';
import { measureIdle, measureStart } from './process.ts';
import { measureRequests } from './requests.ts';
import { measureScopes } from './scopes.ts';
import { measureSignIn } from './sign-in.ts';
import { measureEcho } from './terminal.ts';
import { measureTrail } from './trail.ts';
import { measureViewers } from './viewers.ts';

const running = 100;
const created = 400;

/** `npm run bench`: the console beside the engine itself, in one run, on a real engine with 500 containers. */
async function main(): Promise<void> {
  const lab = await startLab();
  const ends: (() => unknown)[] = [() => lab.close()];
  try {
    const engine = await lab.engine({ version: 'debian' });
    await engine.busybox();
    say(`Making ${running} running and ${created} created containers ...`);
    await fill(engine);
    const proxy = await startCountingProxy(engine.socketPath, join(lab.dir, 'counting.sock'));
    ends.push(() => proxy.close());
    const console_ = await startConsole({ engines: { bench: engine.url } });
    ends.push(() => console_.stop());
    const pair = {
      direct: engineTarget(engine.socketPath),
      door: doorTarget(console_.url, 'bench', console_.admin.token),
    };
    ends.push(
      () => pair.direct.close(),
      () => pair.door.close(),
    );
    const browser = await startBrowser();
    ends.push(() => browser.close());
    const stir = async () => void (await engine.docker('restart', '-t', '0', 'run-0'));

    const steps: [string, () => Promise<Row[]>][] = [
      ['memory while idle', () => measureIdle(console_.pid)],
      ['lists, pings and logs', () => measureRequests(pair, 'log-300k')],
      ['scopes', () => measureScopes()],
      ['live scopes', () => measureLiveScopes()],
      ['the time of a refused sign-in', () => measureSignIn()],
      ['the trail', () => measureTrail()],
      ['exec echo', () => measureEcho(engine, console_, 'run-1')],
      ['one step back in a million lines', () => measureStepBack(console_, 'log-1m')],
      ['fifty viewers', () => measureViewers(proxy, stir)],
      ['the containers page', () => measurePage(browser, console_)],
      ['a flood of logs', () => measureFlood(browser, engine, console_)],
      ['the start', () => measureStart(engine.url)],
    ];
    const only = process.argv[2];
    const rows: Row[] = [];
    for (const [name, measure] of steps) {
      if (only && !name.includes(only)) continue;
      say(`Measuring ${name} ...`);
      rows.push(...(await measure()));
    }
    process.stdout.write(`\n${[tableHead, ...rows.map(formatRow)].join('\n')}\n`);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function fill(engine: LabEngine): Promise<void> {
  const inTurns = async (count: number, atOnce: number, make: (index: number) => Promise<unknown>) => {
    let next = 0;
    const worker = async () => {
      for (let index = next++; index < count; index = next++) await make(index);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };
  await inTurns(running, 6, async (index) => {
    const made = await engine.docker(
      'run',
      '-d',
      '--init',
      '--name',
      `run-${index}`,
      '--label',
      `bench.row=${index}`,
      'busybox',
      'sleep',
      '86400',
    );
    if (made.code !== 0) throw new Error(made.stderr);
  });
  await inTurns(created, 8, (index) =>
    engine.api('POST', `/containers/create?name=made-${index}`, {
      body: { Image: 'busybox', Cmd: ['true'], Labels: { 'bench.row': `${index}` } },
    }),
  );
  await engine.docker('run', '--name', 'log-300k', 'busybox', 'seq', '1', '300000');
  await engine.docker('run', '--name', 'log-1m', 'busybox', 'seq', '1', '1000000');
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

await main();
