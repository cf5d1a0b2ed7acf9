import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { boot } from '#lib/boot.ts';
import { parseConfig } from '#lib/config.ts';
import { createLog } from '#lib/log.ts';
import { listen } from '#lib/server/listen.ts';

/** What does not end by then is left to the operating system. */
const stopMs = 15_000;
const log = createLog();
const root = existsSync(join(import.meta.dirname, 'package.json')) ? import.meta.dirname : dirname(import.meta.dirname);

// One request's forgotten promise must not end everybody's streams; it is a bug all the same, so it is told.
process.on('unhandledRejection', (error) => log.error('a promise was rejected and nobody listened', { error }));

try {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const config = parseConfig(process.env, version, (path) => resolve(path));
  const listener = await listen(config);
  const console_ = await boot({ config, root, listener, log }).catch(async (error: unknown) => {
    await listener.close();
    throw error;
  });
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info(`${signal}: stopping`);
    const late = setTimeout(() => process.exit(1), stopMs);
    await listener.close();
    await console_.stop();
    clearTimeout(late);
    process.exit(0);
  };
  process.on('SIGINT', () => void stop('SIGINT'));
  process.on('SIGTERM', () => void stop('SIGTERM'));
  process.stdout.write(`${console_.welcome}\n`);
} catch (error) {
  process.stderr.write(`Pilothouse can't start. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
