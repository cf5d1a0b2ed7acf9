import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { parseRssMb, type Row, repeat, runCount } from './numbers.ts';

const root = resolve(import.meta.dirname, '..');

export function rssMb(pid: number): number {
  return parseRssMb(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

/** Memory once nobody has looked for a while. */
export async function measureIdle(pid: number): Promise<Row[]> {
  await delay(15_000);
  const runs = await repeat(runCount, async () => {
    await delay(1000);
    return rssMb(pid);
  });
  return [
    {
      what: 'idle with 100 running containers: memory',
      bar: 'at most 150 MB',
      unit: 'MB',
      runs,
      keeps: (value) => value <= 150,
    },
  ];
}

/**
 * From the process's start to the first 200: of the health check, and of a whole page. Started as `npm start` does it,
 * with the compiled code that an earlier start has kept.
 */
export async function measureStart(engineUrl: string): Promise<Row[]> {
  await timeStart(engineUrl, '/sign-in');
  const health = await repeat(runCount, () => timeStart(engineUrl, '/api/health'));
  const page = await repeat(runCount, () => timeStart(engineUrl, '/sign-in'));
  const keeps = (value: number) => value <= 1.5;
  return [
    { what: 'start to the first 200, health', bar: 'at most 1.5 s', unit: 's', runs: health, keeps },
    { what: 'start to the first 200, the sign-in page', bar: 'at most 1.5 s', unit: 's', runs: page, keeps },
  ];
}

async function timeStart(engineUrl: string, path: string): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: String(port),
      PILOTHOUSE_DATA: dataDir,
      PILOTHOUSE_ENGINES: `bench=${engineUrl}`,
    },
  });
  const ended = new Promise((done) => child.once('exit', done));
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
      if (answer?.status === 200) return (performance.now() - started) / 1000;
      if (performance.now() - started > 60_000) throw new Error('The console did not answer within a minute.');
      await delay(5);
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
