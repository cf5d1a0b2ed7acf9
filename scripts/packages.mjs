// The Debian packages that the tests need: real engines, a browser, a database, a registry.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { fail, run, say } from './project.mjs';

// Each with what tells that it is there; a command, or a path.
const wanted = {
  'docker.io': 'dockerd',
  'docker-compose': 'docker-compose',
  'docker-registry': 'docker-registry',
  'python3-docker': '/usr/lib/python3/dist-packages/docker/__init__.py',
  iptables: 'iptables',
  iproute2: 'ip',
  'busybox-static': 'busybox',
  'openssh-server': 'sshd',
  'openssh-client': 'ssh-keygen',
  openssl: 'openssl',
  podman: 'podman',
  postgresql: '/usr/lib/postgresql',
  chromium: '/usr/bin/chromium',
  'nginx-light': 'nginx',
  caddy: 'caddy',
  procps: 'pkill',
};
const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const policy = '/usr/sbin/policy-rc.d';

export async function installPackages() {
  const missing = Object.entries(wanted)
    .filter(([, sign]) => !isThere(sign))
    .map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isThere('apt-get')) {
    fail(`The tests run real engines and need root on Debian or Ubuntu, with these packages: ${missing.join(' ')}.`);
  }
  say(`Installing ${missing.join(' ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const lock = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  // Installed, not started: a system dockerd, sshd or nginx is not what the tests want, and would change the machine.
  const quiet = !existsSync(policy);
  if (quiet) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await insist(['apt-get', ...lock, 'update', '-q'], env);
    await insist(['apt-get', ...lock, 'install', '-y', '-q', '--no-install-recommends', ...missing], env);
  } finally {
    if (quiet) rmSync(policy, { force: true });
  }
  const still = Object.entries(wanted).filter(([, sign]) => !isThere(sign));
  if (still.length > 0)
    fail(`After the installation these are still missing: ${still.map(([name]) => name).join(' ')}.`);
}

async function insist([command, ...args], env) {
  for (let attempt = 1; ; attempt++) {
    const { code, output } = await run(command, args, { env });
    if (code === 0) return;
    if (attempt === 3) {
      process.stderr.write(output);
      if (!existsSync(policy)) process.exit(1);
      rmSync(policy, { force: true });
      fail(`${command} ${args.join(' ')} failed three times.`);
    }
    await new Promise((resolve) => setTimeout(resolve, attempt * 5000));
  }
}

function isThere(sign) {
  return sign.startsWith('/') ? existsSync(sign) : folders.some((folder) => existsSync(`${folder}/${sign}`));
}
