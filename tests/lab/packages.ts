import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir } from './cache.ts';
import { labEnv, must, run } from './run.ts';
import { waitFor } from './wait.ts';

/** Debian packages unpacked into a folder, used without being installed. */
export interface UnpackedPackages {
  dir: string;
  suite: string;
  /** Docker CLI plugins (compose, buildx), as full paths. */
  plugins: string[];
  /** The given environment with the folder's binaries first on PATH. */
  env(base: Record<string, string>): Record<string, string>;
}

// Newest first. runc and tini are left out: the newer ones need a newer libc, and the machine's own work.
const suites = ['forky', 'trixie'];
const names = ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'containerd'];

/** The newest engine, CLI, compose v2 and buildx of Debian's archive that run on this machine. Downloaded once. */
export async function newestPackages(): Promise<UnpackedPackages> {
  const problems: string[] = [];
  for (const suite of suites) {
    const dir = join(cacheDir(), `docker-${suite}`);
    try {
      if (!existsSync(join(dir, 'done'))) await withLock(`${dir}.lock`, () => fetchSuite(suite, dir));
      return describeUnpacked(dir, suite);
    } catch (error) {
      problems.push(`${suite}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`No newer Docker engine could be had from Debian's archive. ${problems.join(' ')}`);
}

/** Describes a folder into which packages were unpacked with dpkg -x. */
export function describeUnpacked(dir: string, suite: string): UnpackedPackages {
  const pluginDirs = ['usr/libexec/docker/cli-plugins', 'usr/lib/docker/cli-plugins'].map((path) => join(dir, path));
  return {
    dir,
    suite,
    plugins: pluginDirs.filter(existsSync).flatMap((path) => readdirSync(path).map((name) => join(path, name))),
    env: (base) => ({ ...base, PATH: `${join(dir, 'usr/bin')}:${join(dir, 'usr/sbin')}:${base.PATH ?? ''}` }),
  };
}

async function fetchSuite(suite: string, dir: string): Promise<void> {
  if (existsSync(join(dir, 'done'))) return;
  const work = mkdtempSync(join(cacheDir(), `${suite}-`));
  try {
    const options = privateApt(work, suite);
    await retry(() => must('apt-get', [...options, 'update'], { timeoutMs: 180_000 }));
    mkdirSync(join(work, 'debs'));
    await retry(() =>
      must('apt-get', [...options, 'download', ...names], { cwd: join(work, 'debs'), timeoutMs: 300_000 }),
    );
    const root = join(work, 'root');
    for (const deb of readdirSync(join(work, 'debs'))) await must('dpkg', ['-x', join(work, 'debs', deb), root]);
    // A suite under development can need a newer libc than this machine has; then the next one is tried.
    const { env } = describeUnpacked(root, suite);
    for (const command of ['dockerd', 'docker', 'containerd'])
      await must(command, ['--version'], { env: env(labEnv()) });
    writeFileSync(join(root, 'done'), '');
    rmSync(dir, { recursive: true, force: true });
    renameSync(root, dir);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Options that make apt-get work on lists of its own and leave the machine's alone. */
function privateApt(work: string, suite: string): string[] {
  mkdirSync(join(work, 'lists/partial'), { recursive: true });
  writeFileSync(join(work, 'status'), '');
  const { uri, signedBy } = debianArchive();
  const source = `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\n${signedBy ? `Signed-By: ${signedBy}\n` : ''}`;
  writeFileSync(join(work, 'suite.sources'), source);
  const settings = {
    'Dir::Etc::sourcelist': join(work, 'suite.sources'),
    'Dir::Etc::sourceparts': '-',
    'Dir::State::lists': join(work, 'lists'),
    'Dir::State::status': join(work, 'status'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    // apt would hand downloads to its own user, which can't enter our folder.
    'APT::Sandbox::User': 'root',
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** The archive that the machine itself installs Debian from. */
function debianArchive(): { uri: string; signedBy?: string } {
  const texts = ['/etc/apt/sources.list', ...listFiles('/etc/apt/sources.list.d')]
    .filter(existsSync)
    .map((path) => readFileSync(path, 'utf8'));
  const release = readFileSync('/etc/os-release', 'utf8');
  const codename = /^VERSION_CODENAME=(\w+)/m.exec(release)?.[1] ?? 'bookworm';
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const signedBy = existsSync(keyring) ? keyring : undefined;
  for (const stanza of texts.flatMap((text) => text.split(/\n\s*\n/))) {
    const uri = /^URIs:\s*(\S+)/m.exec(stanza)?.[1];
    const has = new RegExp(`^Suites:.*\\b${codename}(\\s|$)`, 'm').test(stanza);
    if (uri && has && /^Types:.*\bdeb\b/m.test(stanza)) return { uri, signedBy };
    const line = new RegExp(`^deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${codename}\\s`, 'm').exec(stanza);
    if (line?.[1]) return { uri: line[1], signedBy };
  }
  throw new Error('The apt sources of this machine name no Debian archive.');
}

function listFiles(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : [];
}

async function retry<T>(action: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === 3) throw error;
      await delay(3000);
    }
  }
}

/** One process at a time; flock lets go by itself when its holder dies. */
async function withLock(path: string, action: () => Promise<void>): Promise<void> {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    await waitFor(
      `the lock ${path}`,
      async () => {
        const taken = await run('ln', [mine, path]);
        if (taken.code === 0) return true;
        const owner = existsSync(path) ? Number(readFileSync(path, 'utf8')) : 0;
        if (owner && !existsSync(`/proc/${owner}`)) rmSync(path, { force: true });
        return false;
      },
      { timeoutMs: 600_000, everyMs: 200 },
    );
    await action();
  } finally {
    if (existsSync(path) && readFileSync(path, 'utf8') === String(process.pid)) rmSync(path, { force: true });
    rmSync(mine, { force: true });
  }
}
