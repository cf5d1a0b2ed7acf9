import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from './lab.ts';
import { labEnv } from './run.ts';
import { sweepSlots } from './slot.ts';

const script = `
import { startLab } from '#tests/lab/lab.ts';
const lab = await startLab();
const engine = await lab.engine();
await engine.busybox();
await engine.docker('run', '-d', '--name', 'a', 'busybox', 'sleep', '1000');
await engine.docker('run', '-d', '--name', 'b', 'busybox', 'sleep', '1000');
await engine.docker('pause', 'b');
console.log(lab.dir);
setInterval(() => {}, 1000);
`;

test('a lab whose process is killed ends with it, and the next start removes the rest', async () => {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: { NODE_ENV: 'test', ...labEnv() },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const dir = await waitFor('the lab', () => /^\/.*$/m.exec(said)?.[0], { timeoutMs: 60_000 });
  child.kill('SIGKILL');
  await waitFor('the sweep', async () => {
    await sweepSlots();
    return !existsSync(dir);
  });
  expect(processesUnder(dir)).toEqual([]);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(dir);
});

function processesUnder(dir: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
        return line.includes(dir) ? [line] : [];
      } catch {
        return [];
      }
    });
}
