import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { signal, startDaemon } from './processes.ts';
import { labEnv, must, run } from './run.ts';
import { makeTempDir } from './temp-dir.ts';
import { waitFor } from './wait.ts';

export interface LabPostgres {
  /** `postgres://...` of a first, empty database. */
  url: string;
  /** Makes another empty database and gives its URL. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

/** A private Postgres cluster in a temporary folder, on a unix socket only. Its server refuses root, so root hands it to `postgres`. */
export async function startPostgres(): Promise<LabPostgres> {
  const bin = findBinaries();
  const dir = makeTempDir('postgres');
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? 'postgres' : undefined;
  const onExit = () => rmSync(dir, { recursive: true, force: true });
  process.on('exit', onExit);
  const data = join(dir, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user) await must('chown', ['-R', `${user}:${user}`, dir]);
  const as = user ? ['setpriv', '--reuid', user, '--regid', user, '--clear-groups'] : ['env'];
  const client = (name: string, args: string[]) => [...as.slice(1), join(bin, name), ...args];
  const env = { ...labEnv(), HOME: dir };
  const command = as[0] ?? 'env';
  await must(
    command,
    client('initdb', ['-D', data, '-U', 'lab', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--locale=C.UTF-8']),
    { env, cwd: dir },
  );
  const log = openSync(join(dir, 'log'), 'a');
  // Durability is not what the tests ask of the server itself; without fsync they take a third of the time.
  const settings = [
    '-c',
    'fsync=off',
    '-c',
    'listen_addresses=',
    '-c',
    `unix_socket_directories=${dir}`,
    '-c',
    'max_connections=200',
  ];
  const daemon = startDaemon(join(bin, 'postgres'), ['-D', data, ...settings], { log, user, env, cwd: dir });
  closeSync(log);
  const psql = (sql: string) =>
    run(command, client('psql', ['-h', dir, '-U', 'lab', '-d', 'postgres', '-c', sql]), { env, cwd: dir });
  let ended = false;
  void daemon.ended.then(() => {
    ended = true;
  });
  await waitFor('Postgres', async () => ended || (await psql('select 1')).code === 0, { everyMs: 50 });
  if (ended) throw new Error(`Postgres ended: ${readFileSync(join(dir, 'log'), 'utf8')}`);
  let count = 0;
  const database = async () => {
    count += 1;
    const made = await psql(`create database lab${count}`);
    if (made.code !== 0) throw new Error(`A database could not be made: ${made.stderr}`);
    return `postgres://lab@localhost/lab${count}?host=${encodeURIComponent(dir)}`;
  };
  return {
    url: await database(),
    database,
    async stop() {
      // SIGINT is Postgres's fast shutdown; SIGTERM would wait for the clients.
      signal(daemon.pid, 'SIGINT');
      await daemon.ended;
      process.off('exit', onExit);
      onExit();
    },
  };
}

function findBinaries(): string {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(base, version, 'bin')).find((dir) => existsSync(join(dir, 'initdb')));
  if (!found) throw new Error('Postgres is not installed (Debian package postgresql).');
  return found;
}
