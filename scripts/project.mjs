// What the scripts share. Runs on Node 20, before anything is installed: no packages, no TypeScript.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';

export const root = dirname(import.meta.dirname);
const bin = join(root, 'node_modules/.bin');

/** The pinned Node once it is installed, else the one that runs us. */
export function nodePath() {
  const pinned = join(bin, 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** The environment with node_modules/.bin first on PATH, so that every child runs on the pinned Node. */
export function childEnv(extra = {}) {
  return { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`, ...extra };
}

/**
 * Runs a command and gives its exit code and what it said. `show`: its output goes straight to ours. With a time limit
 * it is ended with everything that it started, and the code is 124.
 */
export function run(command, args, { show = false, env = childEnv(), timeoutMs, cwd = root } = {}) {
  return new Promise((resolve) => {
    // A group of its own where a limit can end it: a hung runner has children.
    const grouped = timeoutMs !== undefined;
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', ...(show ? ['inherit', 'inherit'] : ['pipe', 'pipe'])],
      detached: grouped,
    });
    let output = '';
    let late = false;
    const forward = (signal) => {
      try {
        process.kill(grouped ? -child.pid : child.pid, signal);
      } catch {
        // It has ended in the meantime.
      }
    };
    const timer =
      grouped &&
      setTimeout(() => {
        late = true;
        forward('SIGKILL');
      }, timeoutMs);
    const onSignal = (signal) => forward(signal);
    for (const name of ['SIGINT', 'SIGTERM']) process.on(name, onSignal);
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    const finish = (code) => {
      if (timer) clearTimeout(timer);
      for (const name of ['SIGINT', 'SIGTERM']) process.off(name, onSignal);
      resolve({ code, output });
    };
    child.on('error', (error) => finish(error.code === 'ENOENT' ? 127 : 126));
    child.on('close', (code, signal) => finish(late ? 124 : (code ?? (signal === 'SIGINT' ? 130 : 143))));
  });
}

/** Ends the script with one sentence. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

export const say = (line) => process.stdout.write(`${line}\n`);

/** What the build is made from; its tests and the lab are not part of it. */
const sources = [
  'app',
  'components',
  'lib',
  'bin',
  'public',
  'server.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
  'package-lock.json',
  'scripts/build.mjs',
];

/** A hash over the names and contents of what the build is made from. */
export function hashSources() {
  const hash = createHash('sha256');
  const add = (path) => {
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0');
  };
  const walk = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.isDirectory()) walk(join(path, entry.name));
      else if (!/\.test\.tsx?$/.test(entry.name)) add(join(path, entry.name));
    }
  };
  for (const source of sources) {
    const path = join(root, source);
    if (!existsSync(path)) continue;
    if (/\.\w+$/.test(source)) add(path);
    else walk(path);
  }
  return hash.digest('hex');
}

export const buildStamp = join(root, 'dist/built-from');

/** Whether what stands in dist/ and .next/ was made from the sources as they are now. */
export function isBuilt() {
  const made = [join(root, 'dist/server.mjs'), join(root, '.next/BUILD_ID'), buildStamp].every(existsSync);
  return made && readFileSync(buildStamp, 'utf8') === hashSources();
}
