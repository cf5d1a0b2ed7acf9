// Becomes the server: the settings that keep its memory small are read before JavaScript runs.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { nodePath, root } from './project.mjs';

const node = nodePath();
const args = ['--max-semi-space-size=4', join(root, 'dist/server.mjs'), ...process.argv.slice(2)];
const env = {
  MALLOC_ARENA_MAX: '2',
  // Compiled code is kept from start to start; where the folder can't be written, Node goes on without.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
  ...process.env,
  NODE_ENV: 'production',
};

if (process.execve && process.platform !== 'win32') {
  // In our place, not beside us: signals and the exit code need no forwarding, and no second process stays in memory.
  process.execve(node, [node, ...args], env);
} else {
  const child = spawn(node, args, { env, stdio: 'inherit' });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => child.kill(name));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}
