import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { RoleName } from '#lib/shared/access.ts';
import { addPerson, type GrantPlace, type Person, signIn } from './person.ts';
import { startDaemon } from './processes.ts';
import { labEnv } from './run.ts';
import { makeTempDir } from './temp-dir.ts';
import { waitFor } from './wait.ts';

export interface ConsoleOptions {
  /** PILOTHOUSE_ENGINES: name to URL. */
  engines?: Record<string, string>;
  env?: Record<string, string>;
  /** Keeps its data in this folder (and leaves it there); absent: a temporary one. */
  dataDir?: string;
  /** Starts without an administrator: only the printed link makes one. `admin` can't be asked for then. */
  firstRun?: boolean;
}

export interface LabConsole {
  /** `http://127.0.0.1:port`, or PILOTHOUSE_URL where that is set. */
  url: string;
  port: number;
  dataDir: string;
  pid: number;
  /** The first administrator, signed in, with a token. */
  admin: Person;
  /** A new user with that role (on all engines, or on one by name), signed in, with a token. */
  person(role: RoleName | undefined, on?: GrantPlace): Promise<Person>;
  signIn(email: string, password: string): Promise<Person>;
  /** stdout and stderr so far. */
  log(): string;
  /** SIGTERM; resolves when the process has ended. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash. The data folder stays until `stop`. */
  kill9(): Promise<void>;
}

const root = resolve(import.meta.dirname, '../..');
const admin = { email: 'admin@pilothouse.test', password: 'lab-administrator-1' };

/** Starts the console (the build when there is one, else the sources) on a free port and signs its administrator in. */
export async function startConsole(options: ConsoleOptions = {}): Promise<LabConsole> {
  const dir = makeTempDir('console');
  const dataDir = options.dataDir ?? join(dir, 'data');
  const logPath = join(dir, 'console.log');
  const log = openSync(logPath, 'a');
  const daemon = startDaemon(process.execPath, serverArgs(), { cwd: root, log, env: consoleEnv(dataDir, options) });
  closeSync(log);
  const readLog = () => (existsSync(logPath) ? readFileSync(logPath, 'utf8') : '');
  let ended = false;
  let killed = false;
  void daemon.ended.then(() => {
    ended = true;
  });
  const url = await waitFor(
    'the console to tell its address',
    () => {
      if (ended) return 'ended';
      return / is at (https?:\/\/\S+)\n/.exec(readLog())?.[1];
    },
    { timeoutMs: 90_000 },
  );
  if (url === 'ended') throw new Error(`The console ended: ${readLog()}`);
  await waitFor('the console to be healthy', async () => ended || (await fetch(`${url}/api/health`)).ok, {
    timeoutMs: 90_000,
  });
  if (ended) throw new Error(`The console ended: ${readLog()}`);

  const end = async (name: 'stop' | 'kill9') => {
    if (name === 'kill9') daemon.child.kill('SIGKILL');
    else await daemon.stop();
    await daemon.ended;
  };
  const first = options.firstRun
    ? undefined
    : await signInFirst(url, dir).catch(async (error: unknown) => {
        await end('stop');
        throw new Error(`${error instanceof Error ? error.message : String(error)}\n${readLog()}`);
      });
  const administrator = (): Person => {
    if (!first) throw new Error('This console was started without an administrator.');
    return first;
  };
  let count = 0;
  return {
    url,
    port: Number(new URL(url).port),
    dataDir,
    pid: daemon.pid,
    get admin() {
      return administrator();
    },
    signIn: (email, password) => signIn(url, email, password, dir),
    person: (role, on) => {
      count += 1;
      return addPerson(url, administrator(), { email: `${role ?? 'nobody'}-${count}@pilothouse.test`, role, on });
    },
    log: readLog,
    kill9() {
      killed = true;
      return end('kill9');
    },
    async stop() {
      const crashed = ended && !killed;
      await end('stop');
      const said = readLog();
      rmSync(dir, { recursive: true, force: true });
      // Whatever a test was about: a console that ends by itself has failed it.
      if (crashed) throw new Error(`The console ended by itself: ${said.slice(-4000)}`);
    },
  };
}

async function signInFirst(url: string, dir: string): Promise<Person> {
  const person = await signIn(url, admin.email, admin.password, dir);
  await person.makeToken();
  return person;
}

function serverArgs(): string[] {
  const bundle = join(root, 'dist/server.mjs');
  return existsSync(bundle) ? ['--max-semi-space-size=4', bundle] : [join(root, 'server.ts')];
}

function consoleEnv(dataDir: string, options: ConsoleOptions): Record<string, string> {
  const engines = Object.entries(options.engines ?? {}).map(([name, url]) => `${name}=${url}`);
  return labEnv({
    NODE_ENV: 'production',
    PORT: '0',
    HOST: '127.0.0.1',
    PILOTHOUSE_DATA: dataDir,
    ...(options.firstRun ? {} : { PILOTHOUSE_ADMIN_EMAIL: admin.email, PILOTHOUSE_ADMIN_PASSWORD: admin.password }),
    PILOTHOUSE_ENGINES: engines.join(','),
    MALLOC_ARENA_MAX: '2',
    // Without it a first run would adopt the engine of the machine that runs the tests.
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    ...options.env,
  });
}
