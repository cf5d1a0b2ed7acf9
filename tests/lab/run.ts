import { spawn } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';

export interface RunResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
  cwd?: string;
  /** Kills the command (SIGKILL) after this long; then the code is 124, as timeout(1) has it. */
  timeoutMs?: number;
}

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const tools: Record<string, string> = {};

/** Puts unpacked packages in front of everything that the lab runs (the demo on a machine without dockerd). */
export function preferTools(extra: { path: string[]; env: Record<string, string> }): void {
  Object.assign(tools, extra.env, { PATH: [...extra.path, process.env.PATH ?? ''].join(':') });
}

/**
 * A small environment for everything that the lab starts. The caller's own is not inherited: a DOCKER_HOST or a
 * DOCKER_CONFIG from the person's shell would send the tests to the person's engine.
 */
export function labEnv(extra: Record<string, string> = {}): Record<string, string> {
  const path = tools.PATH ?? process.env.PATH;
  return {
    ...tools,
    PATH: path ? `${path}:${systemPath}` : systemPath,
    HOME: homedir(),
    TMPDIR: tmpdir(),
    LANG: 'C.UTF-8',
    ...extra,
  };
}

/** Runs a command to its end. Never throws for an exit code; throws when the command can't be started. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  const { code, stdout, stderr } = await runBytes(command, args, options);
  return { code, stdout: stdout.toString(), stderr };
}

/** Like `run`, with stdout as bytes. */
export function runBytes(
  command: string,
  args: string[],
  options: RunOptions = {},
): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      // Next's types want NODE_ENV in every environment.
      env: { NODE_ENV: 'production', ...(options.env ?? labEnv()) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 120_000);
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // A command that ends before it has read its input is not an error of ours.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const status = late ? 124 : (code ?? 128 + (signal === 'SIGKILL' ? 9 : 15));
      resolve({ code: status, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() });
    });
  });
}

/** Like `run`, but a failure throws with the command and what it said; returns stdout. */
export async function must(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const result = await run(command, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.code}: ${(result.stderr || result.stdout).trim()}`,
    );
  }
  return result.stdout;
}
