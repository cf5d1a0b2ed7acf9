import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { labEnv, must, preferTools, run } from '#tests/lab/run.ts';

// What the private engine needs, by command, with the Debian package that brings it.
const needed = {
  dockerd: 'docker.io',
  containerd: 'containerd',
  runc: 'runc',
  iptables: 'iptables',
  ip: 'iproute2',
  busybox: 'busybox-static',
};

/**
 * Sees to it that dockerd and what it runs are there. What the machine lacks is downloaded from the distribution's own
 * archive and unpacked into `dir`: installing it would start a system daemon and change the machine's firewall.
 */
export async function provideTools(dir: string, say: (line: string) => void): Promise<void> {
  const missing = await listMissing();
  if (missing.length === 0) return;
  if (!(await has('apt-get')) || !(await has('dpkg'))) {
    throw new Error(
      `The demo starts an engine of its own and needs ${missing.join(', ')}, which are not here; without apt-get it can't fetch them.`,
    );
  }
  const root = join(dir, 'root');
  if (!existsSync(join(dir, 'done'))) {
    say(`Downloading ${missing.join(', ')} from the distribution's archive into ${dir} (not installed) ...`);
    await download(dir, missing);
  }
  preferTools(toolsIn(root));
  const still = await listMissing();
  if (still.length === 0) return;
  // The folder was filled for a machine that lacked less; next time it is filled anew.
  rmSync(dir, { recursive: true, force: true });
  throw new Error(
    `${still.join(', ')} could not be had from the distribution's archive. Start the demo again to try once more.`,
  );
}

async function listMissing(): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(needed).map(async ([command, name]) => ((await has(command)) ? [] : [name])),
  );
  return [...new Set(found.flat())];
}

async function has(command: string): Promise<boolean> {
  return (await run('sh', ['-c', `command -v ${command}`])).code === 0;
}

async function download(dir: string, names: string[]): Promise<void> {
  rmSync(dir, { recursive: true, force: true });
  const debs = join(dir, 'debs');
  const lists = join(dir, 'lists');
  mkdirSync(join(debs, 'partial'), { recursive: true });
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const settings = {
    'Dir::State::lists': lists,
    'Dir::Cache::archives': debs,
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Acquire::Retries': '3',
    // apt's own user can't write here, and nothing of the machine's is locked or changed.
    'APT::Sandbox::User': 'root',
    'Debug::NoLocking': '1',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await must('apt-get', [...options, 'update'], { timeoutMs: 300_000 });
  const install = ['install', '-y', '--download-only', '--no-install-recommends', ...names];
  await must('apt-get', [...options, ...install], { timeoutMs: 600_000 });
  const root = join(dir, 'unpacking');
  for (const name of readdirSync(debs)) if (name.endsWith('.deb')) await must('dpkg', ['-x', join(debs, name), root]);
  await linkIptables(root);
  renameSync(root, join(dir, 'root'));
  rmSync(debs, { recursive: true, force: true });
  rmSync(lists, { recursive: true, force: true });
  writeFileSync(join(dir, 'done'), '');
}

/** Debian picks one of two iptables when it installs them; we take the one that this kernel answers. */
async function linkIptables(root: string): Promise<void> {
  const sbin = join(root, 'usr/sbin');
  if (!existsSync(join(sbin, 'iptables-nft'))) return;
  const { path, env: extra } = toolsIn(root);
  const env = { ...labEnv(extra), PATH: [...path, labEnv().PATH].join(':') };
  const works = await run('unshare', ['--net', join(sbin, 'iptables-nft'), '-t', 'nat', '-L'], { env });
  const kind = works.code === 0 ? 'nft' : 'legacy';
  for (const name of ['iptables', 'ip6tables']) {
    for (const tail of ['', '-save', '-restore']) symlinkSync(`${name}-${kind}${tail}`, join(sbin, `${name}${tail}`));
  }
}

function toolsIn(root: string) {
  const libraries = [join(root, 'usr/lib'), join(root, 'lib')].filter(existsSync).flatMap((dir) =>
    readdirSync(dir)
      .filter((name) => name.includes('-linux-gnu'))
      .map((name) => join(dir, name)),
  );
  const xtables = libraries.map((dir) => join(dir, 'xtables')).find(existsSync);
  return {
    path: ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((name) => join(root, name)).filter(existsSync),
    env: { LD_LIBRARY_PATH: libraries.join(':'), ...(xtables ? { XTABLES_LIBDIR: xtables } : {}) },
  };
}
