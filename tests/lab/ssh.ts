import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Machine, MachineDaemon } from './machine.ts';
import { signal } from './processes.ts';
import { must } from './run.ts';
import { waitFor } from './wait.ts';

export interface LabSsh {
  /** `ssh://root@10.x.y.N:2222` */
  url: string;
  identityPath: string;
  /** `SHA256:...`, as ssh-keygen prints it. */
  hostKeyFingerprint: string;
  /** A new host key and a restarted sshd: what a client sees when somebody stands in between. Gives the fingerprint. */
  rotateHostKey(): Promise<string>;
  stop(): Promise<void>;
}

const port = 2222;

/** An sshd inside the machine, with throwaway keys; the engine's socket is /run/docker.sock there. */
export async function startSsh(machine: Machine): Promise<LabSsh> {
  const dir = join(machine.dir, 'ssh');
  mkdirSync(dir, { mode: 0o700 });
  const identityPath = join(dir, 'id');
  const hostKey = join(dir, 'host');
  await newKey(identityPath);
  await must('cp', [`${identityPath}.pub`, join(dir, 'authorized_keys')]);
  writeFileSync(join(dir, 'config'), sshdConfig(machine.address, dir));
  // An account that is locked with "!" can't sign in without PAM. /etc is the machine's own copy.
  await machine.sh("sed -i 's/^root:[^:]*:/root:*:/' /etc/shadow; mkdir -p /run/sshd");
  let daemon: MachineDaemon;
  const start = async (): Promise<string> => {
    rmSync(hostKey, { force: true });
    rmSync(`${hostKey}.pub`, { force: true });
    await newKey(hostKey);
    daemon = await machine.start('/usr/sbin/sshd', ['-D', '-e', '-f', join(dir, 'config')], { log: 'sshd.log' });
    await waitFor(`sshd on ${machine.address}`, () => answersBanner(machine.address));
    return (await must('ssh-keygen', ['-lf', `${hostKey}.pub`])).split(' ')[1] ?? '';
  };
  const stop = async () => {
    signal(daemon.pid, 'SIGKILL');
    await daemon.ended;
    // The sessions' own processes outlive the listener; a "restarted host" has none.
    await machine.sh('pkill -9 -x sshd');
  };
  const ssh: LabSsh = {
    url: `ssh://root@${machine.address}:${port}`,
    identityPath,
    hostKeyFingerprint: await start(),
    async rotateHostKey() {
      await stop();
      ssh.hostKeyFingerprint = await start();
      return ssh.hostKeyFingerprint;
    },
    stop,
  };
  return ssh;
}

async function newKey(path: string): Promise<void> {
  await must('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'lab', '-f', path]);
}

function sshdConfig(address: string, dir: string): string {
  return `ListenAddress ${address}
Port ${port}
HostKey ${dir}/host
AuthorizedKeysFile ${dir}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
AllowStreamLocalForwarding yes
UseDNS no
MaxStartups 100:30:200
MaxSessions 100
`;
}

function answersBanner(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.setTimeout(2000, () => finish(false));
    socket.once('data', (chunk) => finish(chunk.toString().startsWith('SSH-')));
    socket.once('error', () => finish(false));
  });
}
