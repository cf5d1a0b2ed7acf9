import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

export type Lie = 'nonce' | 'issuer' | 'audience' | 'expired' | 'signature' | 'none';

export interface LabOidc {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Whoever signs in from now on is this person. */
  setPerson(sub: string, claims: Record<string, unknown>): Promise<void>;
  /** From now on its ID tokens are wrong in this way; undefined: right again. */
  setLie(lie: Lie | undefined): Promise<void>;
  stop(): Promise<void>;
}

const readySchema = z.object({ issuer: z.string() });

/** Starts a real OpenID provider as a process of its own, which knows one application. */
export async function startOidc(redirectUris: string[]): Promise<LabOidc> {
  const client = { clientId: 'pilothouse', clientSecret: 'a-client-secret-of-the-lab' };
  const child = fork(join(import.meta.dirname, 'oidc-process.ts'), [JSON.stringify({ ...client, redirectUris })], {
    // What it warns of (plain http, keys for development) is what it is here for.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-20_000);
  });
  const ended = once(child, 'exit');
  const issuer = await Promise.race([
    once(child, 'message').then(([message]) => readySchema.parse(message).issuer),
    ended.then(() => {
      throw new Error(`The provider ended: ${said}`);
    }),
  ]);
  let serial = 0;
  const tell = async (message: object) => {
    const id = ++serial;
    const heard = waitForAnswer(child, id);
    child.send({ id, ...message });
    await heard;
  };
  return {
    issuer,
    ...client,
    setPerson: (sub, claims) => tell({ person: { sub, claims } }),
    setLie: (lie) => tell({ lie: lie ?? null }),
    async stop() {
      if (child.exitCode === null) child.kill();
      await ended;
    },
  };
}

function waitForAnswer(child: ChildProcess, id: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('The provider ended.'));
    const onMessage = (message: unknown) => {
      if (z.object({ id: z.literal(id) }).safeParse(message).success) {
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve();
      }
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
  });
}
