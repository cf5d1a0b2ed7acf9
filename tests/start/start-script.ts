import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';

export interface RunningScript {
  /** stdout and stderr so far. */
  said(): string;
  hasEnded(): boolean;
  /** The exit code; 128 and more when a signal ended it. */
  ended: Promise<number>;
  signal(name: NodeJS.Signals): void;
}

const root = resolve(import.meta.dirname, '../..');

/** Starts one of the project's scripts as npm would, on the Node that runs us; ends it with the test. */
export function startScript(args: string[], env: Record<string, string>): RunningScript {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let over = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = new Promise<number>((resolveEnd) => {
    child.once('close', (code) => {
      over = true;
      resolveEnd(code ?? 128);
    });
  });
  onTestFinished(async () => {
    if (over) return;
    child.kill('SIGTERM');
    await ended;
  });
  return { said: () => text, hasEnded: () => over, ended, signal: (name) => void child.kill(name) };
}
