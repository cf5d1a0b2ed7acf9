import { readFile } from 'node:fs/promises';
import type { Config } from '#lib/config.ts';
import type { Log } from '#lib/log.ts';
import { appError } from '#lib/shared/errors.ts';
import { readHostKey } from './transport/host-key.ts';
import type { EngineConfig, EngineInput, Engines } from './types.ts';

const fileParameters = ['ca', 'cert', 'key', 'identity', 'hostkey'] as const;

/**
 * The first run: adds the engines of PILOTHOUSE_ENGINES; without any, the one at DOCKER_HOST or a local socket that
 * answers. Does nothing once an engine was ever added, so that one removed on purpose does not come back. Throws a
 * sentence that names the entry when an entry of PILOTHOUSE_ENGINES can't be used; nothing is added then.
 */
export async function adoptFirst(options: {
  config: Pick<Config, 'engines' | 'dockerHost'>;
  engines: Engines;
  everAdded: () => Promise<boolean>;
  log: Log;
}): Promise<EngineConfig[]> {
  const { config, engines, log } = options;
  if (await options.everAdded()) return [];
  if (config.engines.length > 0) {
    const inputs = await Promise.all(config.engines.map(readEntry));
    const added: EngineConfig[] = [];
    for (const input of inputs) added.push(await addNamed(engines, input));
    return added;
  }
  for (const url of config.dockerHost ? [config.dockerHost] : localSockets()) {
    const input: EngineInput = { name: 'local', url, tags: [], secrets: {} };
    const found = await engines.test(input, AbortSignal.timeout(5000)).catch((error: unknown) => ({
      ok: false,
      message: error instanceof Error ? error.message : String(error),
    }));
    if (found.ok) {
      log.info('The first engine is adopted', { url, found: found.message });
      return [await engines.add(input)];
    }
    if (config.dockerHost) log.warn('The engine at DOCKER_HOST is not adopted', { url, problem: found.message });
  }
  return [];
}

function localSockets(): string[] {
  const own = process.getuid?.() ?? 0;
  const rootless = own === 0 ? [] : [`/run/user/${own}/docker.sock`, `/run/user/${own}/podman/podman.sock`];
  return ['/var/run/docker.sock', ...rootless, '/run/podman/podman.sock'].map((path) => `unix://${path}`);
}

async function addNamed(engines: Engines, input: EngineInput): Promise<EngineConfig> {
  try {
    return await engines.add(input);
  } catch (error) {
    throw entryError(input.name, error instanceof Error ? error.message : String(error), error);
  }
}

/** Reads `name=url?ca=FILE&...`: the files' contents become the secrets, the address is kept without the query. */
async function readEntry({ name, url }: { name: string; url: string }): Promise<EngineInput> {
  const at = url.indexOf('?');
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const files: Partial<Record<(typeof fileParameters)[number], string>> = {};
  for (const [parameter, path] of query) {
    const known = fileParameters.find((candidate) => candidate === parameter);
    if (!known) throw entryError(name, `it has the unknown parameter "${parameter}"`);
    files[known] = await readFile(path, 'utf8').catch((error: unknown) => {
      throw entryError(name, `the file ${path} (${parameter}) can't be read`, error);
    });
  }
  const { hostkey, ...secrets } = files;
  try {
    const hostKey = hostkey === undefined ? undefined : readHostKey(hostkey);
    return { name, url: at < 0 ? url : url.slice(0, at), tags: [], secrets, hostKey };
  } catch (error) {
    throw entryError(name, error instanceof Error ? error.message : String(error), error);
  }
}

function entryError(name: string, what: string, cause?: unknown) {
  return appError('bad-request', `PILOTHOUSE_ENGINES: the engine ${name} can't be added: ${what}`, cause);
}
