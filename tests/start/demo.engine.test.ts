import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { waitFor } from '#tests/lab/lab.ts';
import { findLeftovers } from '#tests/lab/leftovers.ts';
import { signIn } from '#tests/lab/person.ts';
import { labEnv } from '#tests/lab/run.ts';
import { makeTempDir } from '#tests/lab/temp-dir.ts';
import { startScript } from './start-script.ts';

test('the demo prints an address, an e-mail and a password that work, and Ctrl-C leaves nothing behind', async () => {
  const dir = makeTempDir('demo');
  const env = labEnv({ PORT: '0', PILOTHOUSE_DATA: resolve(dir, 'data') });
  const demo = startScript(['scripts/demo.ts'], env);
  await waitFor('the demo', () => demo.said().includes('Ctrl-C ends') || demo.hasEnded(), { timeoutMs: 110_000 });
  const find = (pattern: RegExp) => pattern.exec(demo.said())?.[1] ?? `not in: ${demo.said()}`;
  const net = find(/http:\/\/(10\.\d+\.\d+)\.\d+:8080/);
  const person = await signIn(
    find(/Pilothouse is at\s+(http:\S+)/),
    find(/E-mail\s+(\S+)/),
    find(/Password\s+(\S+)/),
    dir,
  );
  await person.makeToken();
  const listed = await waitFor('the sample containers', async () => {
    const { stdout } = await person.docker('demo', 'ps', '-a', '--format', '{{.Names}} {{.State}}');
    return stdout.includes('shop-web-1') && stdout;
  });
  for (const line of ['shop-web-1 running', 'shop-worker-1 running', 'nightly-backup exited', 'indexer paused']) {
    expect(listed).toContain(line);
  }
  // As a terminal and npm do it: the same wish comes twice.
  demo.signal('SIGINT');
  demo.signal('SIGINT');
  expect(await demo.ended).toBe(0);
  expect(demo.said()).toContain('Nothing is left behind.');
  expect(await findLeftovers(net)).toEqual([]);
});
