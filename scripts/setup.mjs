// Makes a fresh clone ready: packages of the machine (--packages), node_modules, the build (--build). Does only what is
// missing or stale. Plain JavaScript: it runs on the system's Node, before the pinned one is there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './packages.mjs';
import { childEnv, fail, isBuilt, nodePath, root, run, say } from './project.mjs';

const wants = new Set(process.argv.slice(2));

await installModules();
checkNode();
if (wants.has('--packages')) await installPackages();
if (wants.has('--build') && !isBuilt()) {
  const { code } = await run(nodePath(), [join(root, 'scripts/build.mjs')], { show: true });
  if (code !== 0) fail('The build failed; what went wrong stands above.');
}

async function installModules() {
  if (isInstalled()) return;
  say('Installing packages from the lockfile (npm ci) ...');
  const npm = process.env.npm_execpath;
  // Quieter than its default: the pinned Node that several packages ask for comes with this very installation.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  // Twice: a registry that stumbles once is no reason to stop.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const { code } = await run(command, [...first, ...args], { show: true, env: childEnv() });
    if (code === 0) return;
  }
  fail('npm ci failed; what went wrong stands above. It needs the npm registry (or a mirror in .npmrc).');
}

/** npm writes what it installed into node_modules as its last step: that must be what the lockfile asks for. */
function isInstalled() {
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  const wanted = readLock(join(root, 'package-lock.json'));
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === entry.version : Boolean(entry.optional || entry.devOptional);
  });
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** Without a pinned Node (macOS, Windows, other processors) the person's own must be new enough. */
function checkNode() {
  if (existsSync(join(root, 'node_modules/.bin/node'))) return;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return;
  fail(`Pilothouse needs Node 22.18 or newer on this system; this is ${process.versions.node}.`);
}
