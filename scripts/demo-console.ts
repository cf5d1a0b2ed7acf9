import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';

export interface DemoConsole {
  url: string;
  /** Resolves with the exit code. */
  ended: Promise<number>;
  stop(): Promise<void>;
}

const root = dirname(import.meta.dirname);

/** Starts the built console and waits until it tells its address; what it says goes to our terminal from then on. */
export async function runConsole(options: {
  dataDir: string;
  engines: Record<string, string>;
  dockerHost?: string;
  email: string;
  password: string;
}): Promise<DemoConsole> {
  const child = spawn(process.execPath, ['--max-semi-space-size=4', join(root, 'dist/server.mjs')], {
    cwd: root,
    // Not in the terminal's foreground group: Ctrl-C reaches us, and we end it before the engine goes.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      MALLOC_ARENA_MAX: '2',
      // The password stands on the screen and the engine is root on this machine: other machines only when asked for.
      HOST: process.env.HOST || '127.0.0.1',
      PILOTHOUSE_DATA: options.dataDir,
      DATABASE_URL: '',
      PILOTHOUSE_ADMIN_EMAIL: options.email,
      PILOTHOUSE_ADMIN_PASSWORD: options.password,
      PILOTHOUSE_ENGINES: Object.entries(options.engines)
        .map(([name, url]) => `${name}=${url}`)
        .join(','),
      DOCKER_HOST: options.dockerHost ?? '',
    },
  });
  // However we die, the console must not outlive us.
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(said.trim() || `The console ended with ${code}.`)));
    child.once('error', reject);
    const onText = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /https?:\/\/\S+/.exec(said)?.[0];
      if (!found) return;
      resolve(found.replace(/[.,]$/, ''));
      for (const stream of [child.stdout, child.stderr]) stream.off('data', onText).resume();
    };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', onText);
  });
  child.stderr.pipe(process.stderr);
  return {
    url,
    ended,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, 10_000);
      await ended;
      clearTimeout(timer);
      process.off('exit', kill);
    },
  };
}
