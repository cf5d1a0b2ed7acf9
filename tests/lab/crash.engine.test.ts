import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from './lab.ts';
import { findLeftovers } from './leftovers.ts';
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
console.log(lab.net);
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
  const net = await waitFor('the lab', () => /^10\.\d+\.\d+$/m.exec(said)?.[0], { timeoutMs: 60_000 });
  child.kill('SIGKILL');
  await waitFor('the sweep', async () => {
    await sweepSlots();
    return (await findLeftovers(net)).length === 0;
  });
  expect(await findLeftovers(net)).toEqual([]);
});
