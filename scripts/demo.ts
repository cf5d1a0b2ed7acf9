// `npm run demo`: a console beside a private engine with sample containers. Ctrl-C ends and removes all of it.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { callSocket } from '#tests/lab/engine-api.ts';
import { startLab } from '#tests/lab/lab.ts';
import { runConsole } from './demo-console.ts';
import { provideTools } from './demo-packages.ts';
import { fillEngine } from './demo-samples.ts';

const root = dirname(import.meta.dirname);
const dataDir = resolve(process.env.PILOTHOUSE_DATA || join(root, 'data'));
const say = (line: string) => process.stdout.write(`${line}\n`);

// What has been started, in that order; ended the other way round, whatever ends us.
const cleanups: (() => Promise<void> | void)[] = [];
let stopping = false;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // A terminal's Ctrl-C comes twice, once from the terminal and once through npm: the second is the same wish.
  process.on(name, () => void stop(0));
}

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  say('\nStopping ...');
  let status = code;
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      status = 1;
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  if (status === 0) say('Nothing is left behind.');
  process.exit(status);
}

try {
  const isPrivate = process.platform === 'linux' && process.getuid?.() === 0;
  const { engines, workDir, dockerHost } = isPrivate ? await startPrivateEngine() : await findOwnEngine();
  if (!stopping) {
    const password = randomBytes(9).toString('base64url');
    const started = await runConsole({
      dataDir: join(workDir, 'console'),
      engines,
      dockerHost,
      email: 'admin@demo.test',
      password,
    });
    cleanups.push(started.stop);
    say(`
  Pilothouse is at   ${started.url}
  E-mail             admin@demo.test
  Password           ${password}

  Ctrl-C ends the demo and removes everything it made.
`);
    void started.ended.then((code) => stop(code || 1));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stop(1);
}

async function startPrivateEngine() {
  await provideTools(join(dataDir, 'packages'), say);
  say('Starting a private Docker engine in namespaces of its own ...');
  const lab = await startLab();
  cleanups.push(() => lab.close());
  const engine = await lab.engine({ hostname: 'demo' });
  say(`Docker ${engine.version} is up; filling it with sample containers ...`);
  const work = join(lab.dir, 'demo');
  mkdirSync(work);
  await fillEngine(engine, work);
  say(`The shop's page is at http://${engine.address}:8080 (from this machine).`);
  return { engines: { demo: engine.url }, workDir: work, dockerHost: undefined };
}

/** Without root there are no namespaces of our own: the engine that docker itself would use, as it is. */
async function findOwnEngine() {
  const host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock';
  const answers = host.startsWith('unix://') ? await pings(host.slice('unix://'.length)) : true;
  if (!answers) {
    throw new Error(
      `There is no engine at ${host} that this user can reach. Run the demo as root for a private engine, or point DOCKER_HOST at one.`,
    );
  }
  say(`Not root, so the demo shows the engine at ${host} as it is.`);
  const workDir = mkdtempSync(join(tmpdir(), 'pilothouse-demo-'));
  cleanups.push(() => rmSync(workDir, { recursive: true, force: true }));
  return { engines: {}, workDir, dockerHost: host };
}

async function pings(socketPath: string): Promise<boolean> {
  if (!existsSync(socketPath)) return false;
  return callSocket(socketPath, 'GET', '/_ping', { timeoutMs: 5000 }).then(
    ({ status }) => status === 200,
    () => false,
  );
}
