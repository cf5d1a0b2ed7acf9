import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { LabEngine } from './engine.ts';
import { startDaemon } from './processes.ts';
import { must } from './run.ts';
import type { Slot } from './slot.ts';
import { waitFor } from './wait.ts';

export interface LabRegistry {
  /** `http://10.x.y.1:port` */
  url: string;
  /** `10.x.y.1:port`, as it stands in image names. */
  address: string;
  auth?: { username: string; password: string };
  /** Pushes an image of an engine (which must know this registry as insecure), by default as library/NAME. */
  seed(engine: LabEngine, image?: string, as?: string): Promise<void>;
  stop(): Promise<void>;
}

/** Debian's docker-registry on the switch's address. */
export async function startRegistry(slot: Slot, port: number, options: { auth?: boolean } = {}): Promise<LabRegistry> {
  const dir = join(slot.dir, `registry-${port}`);
  mkdirSync(dir);
  const address = `${slot.net}.1:${port}`;
  const auth = options.auth ? { username: 'lab', password: 'lab-password' } : undefined;
  if (auth) writeFileSync(join(dir, 'htpasswd'), `${auth.username}:${await bcrypt(auth.password)}\n`);
  writeFileSync(join(dir, 'config.yml'), registryConfig(dir, address, auth !== undefined));
  const log = openSync(join(dir, 'log'), 'a');
  const daemon = startDaemon('docker-registry', ['serve', join(dir, 'config.yml')], { log });
  closeSync(log);
  slot.note(daemon.pid);
  await waitFor(`the registry on ${address}`, () => answers(address));
  return {
    url: `http://${address}`,
    address,
    auth,
    async seed(engine, image = 'busybox:latest', as = `library/${image}`) {
      const target = `${address}/${as}`;
      const steps = [
        ['tag', image, target],
        ['push', target],
        ['rmi', target],
      ];
      if (auth) steps.unshift(['login', '-u', auth.username, '-p', auth.password, address]);
      for (const step of steps) {
        const { code, stdout, stderr } = await engine.docker(...step);
        if (code !== 0) throw new Error(`docker ${step[0]} for the registry failed: ${stderr}${stdout}`);
      }
    },
    stop: () => daemon.stop(),
  };
}

function registryConfig(dir: string, address: string, auth: boolean): string {
  const htpasswd = `auth:\n  htpasswd:\n    realm: lab\n    path: ${dir}/htpasswd\n`;
  return `version: 0.1
log:
  level: warn
storage:
  filesystem:
    rootdirectory: ${dir}/data
  delete:
    enabled: true
http:
  addr: ${address}
${auth ? htpasswd : ''}`;
}

/** docker-registry takes bcrypt alone. perl is part of every Debian, and its crypt() is the C library's. */
async function bcrypt(password: string): Promise<string> {
  return (await must('perl', ['-e', 'print crypt($ARGV[0], q($2y$05$abcdefghijklmnopqrstuu))', password])).trim();
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const req = request(`http://${address}/v2/`, { agent: false, timeout: 3000 }, (res) => {
      res.resume();
      resolve(res.statusCode === 200 || res.statusCode === 401);
    });
    req.on('timeout', () => req.destroy());
    req.on('error', () => resolve(false));
    req.end();
  });
}
