import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { type EngineOptions, type Lab, type LabEngine, type LabRegistry, startLab } from '#tests/lab/lab.ts';
import { linkPlugins, type Person } from '#tests/lab/person.ts';
import { type RunOptions, type RunResult, run, runBytes } from '#tests/lab/run.ts';
import { makeTempDir } from '#tests/lab/temp-dir.ts';

/** An engine, a registry that it may use, and a console that knows the engine as `one`. */
export interface World {
  lab: Lab;
  engine: LabEngine;
  registry: LabRegistry;
  console: LabConsole;
  /** For the test's own files. */
  dir: string;
  /** A docker command line of this person, in header mode; PATH holds the CLI that belongs to the engine. */
  cli(person: Person): Cli;
  close(): Promise<void>;
}

export interface Cli {
  env: Record<string, string>;
  (...args: string[]): Promise<RunResult>;
  with(options: RunOptions, ...args: string[]): Promise<RunResult>;
  bytes(options: RunOptions, ...args: string[]): Promise<{ code: number; stdout: Buffer; stderr: string }>;
  /** Left running, with its stdin open. */
  start(...args: string[]): { stdin: Writable; said(): string; ended: Promise<number> };
  /** Under a terminal of its own (script(1)); stdout is what the terminal showed. */
  tty(options: RunOptions, line: string): Promise<RunResult>;
}

function startCli(args: string[], env: Record<string, string>): ReturnType<Cli['start']> {
  const child = spawn('docker', args, { env: { NODE_ENV: 'test', ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 128));
  });
  return { stdin: child.stdin, said: () => text, ended };
}

export async function startWorld(version: EngineOptions['version']): Promise<World> {
  const lab = await startLab();
  try {
    const registry = await lab.registry();
    const engine = await lab.engine({ version, registryMirror: registry });
    await engine.busybox();
    const console = await startConsole({ engines: { one: engine.url } });
    const dir = makeTempDir('cli');
    return {
      lab,
      registry,
      engine,
      console,
      dir,
      cli: (person) => makeCli(person, 'one', engine),
      async close() {
        await console.stop();
        await lab.close();
        rmSync(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await lab.close();
    throw error;
  }
}

export function makeCli(person: Person, engineName: string, engine: LabEngine): Cli {
  const { PATH = '' } = engine.env;
  // The classic builder: in header mode buildx sends no credentials.
  const env: Record<string, string> = { ...person.dockerEnv(engineName), PATH, DOCKER_BUILDKIT: '0' };
  linkPlugins(env.DOCKER_CONFIG ?? '', engine.plugins);
  const withOptions = (options: RunOptions, ...args: string[]) =>
    run('docker', args, { ...options, env: { ...env, ...options.env } });
  return Object.assign((...args: string[]) => withOptions({}, ...args), {
    env,
    with: withOptions,
    start: (...args: string[]) => startCli(args, env),
    bytes: (options: RunOptions, ...args: string[]) => runBytes('docker', args, { ...options, env }),
    tty: (options: RunOptions, line: string) =>
      run('script', ['-qefc', line, '/dev/null'], { ...options, env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' } }),
  });
}

/** Fails with what the command said, not with its code alone. */
export function expectSuccess(result: { code: number; stdout: string | Buffer; stderr: string }, what: string): void {
  if (result.code !== 0) throw new Error(`${what} ended with ${result.code}: ${result.stderr}${result.stdout}`);
}
