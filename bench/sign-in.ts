import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { median, type Row, repeat, runCount } from './numbers.ts';

const tries = 30;
const accounts = 20;
const unknown = 'nobody';

/** Whether the time of a refused sign-in tells that there is an account: unknown e-mails beside wrong passwords. */
export async function measureSignIn(): Promise<Row[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-bench-'));
  const db = await openDatabase({ dataDir });
  const identity = await openIdentity({ db, secrets: secretBox('a secret for the bench'), withoutSetup: true });
  try {
    for (let at = 0; at < accounts; at += 1) {
      await identity.users.create({ email: `known${at}@example.org`, name: 'Known', password: 'a good password' });
      await identity.users.create({ email: `provider${at}@example.org`, name: 'By provider' });
    }
    let serial = 0;
    const tryOne = async (name: string) => {
      // Another account and another address each time, so that no throttle has a say.
      serial += 1;
      const email = `${name}${name === unknown ? serial : serial % accounts}@example.org`;
      const address = `10.${(serial >> 16) & 255}.${(serial >> 8) & 255}.${serial & 255}`;
      const started = performance.now();
      await identity.checkPassword(email, 'a wrong password', address);
      return performance.now() - started;
    };
    await tryOne(unknown);
    const ratio = (name: string) =>
      repeat(runCount, async () => {
        const [some, none]: [number[], number[]] = [[], []];
        for (let at = 0; at < tries; at += 1) {
          some.push(await tryOne(name));
          none.push(await tryOne(unknown));
        }
        return median(some) / median(none);
      });
    const row = (what: string, runs: number[]): Row => ({
      what,
      ...{ bar: '0.9 - 1.1 x', unit: 'x', runs },
      keeps: (value) => value >= 0.9 && value <= 1.1,
    });
    return [
      row('a wrong password against an unknown e-mail, p50', await ratio('known')),
      row('an account without a password against an unknown e-mail, p50', await ratio('provider')),
    ];
  } finally {
    await identity.stop();
    await db.destroy();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
