import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { openSecretBox } from '#lib/db/secret-box.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { totpCode } from '#lib/identity/second-factor/totp.ts';
import { waitFor } from '#tests/lab/wait.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-sign-in-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function signInCommand(...args: string[]) {
  const { DATABASE_URL: _url, PILOTHOUSE_SECRET: _secret, ...env } = process.env;
  const command = [join(import.meta.dirname, '../main.ts'), 'sign-in', ...args];
  const { status, stderr, stdout } = spawnSync(process.execPath, command, {
    env: { ...env, PILOTHOUSE_DATA: dataDir },
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

it('gives whoever has the server a way back in, beside a console that runs', async () => {
  const db = await openDatabase({ dataDir });
  const admin = { email: 'root@example.org', password: 'correct horse' };
  const identity = await openIdentity({ db, secrets: openSecretBox({ dataDir }), admin });
  try {
    const root = await identity.users.byEmail(admin.email);
    if (!root) throw new Error('no root');
    const session = await identity.sessions.create(root.id, { headers: {}, address: '' });
    const { secret, ticket } = identity.secondFactors.beginTotp(root);
    const code = totpCode(secret, Date.now());
    await identity.secondFactors.finishTotp(root.id, session.id, { ticket, code, name: 'Phone' });
    const other = await identity.users.create({ email: 'ann@example.org', name: 'Ann', password: 'a good password' });
    await identity.signInPolicy.update({ passwords: 'listed', breakGlass: [root.id] });
    await identity.settings.update({ secondFactor: 'everyone' });

    expect(signInCommand('reset-second-factor', 'root@example.org').status).toBe(0);
    expect(await identity.secondFactors.step(root.id)).toEqual({ totp: false, passkey: false });
    expect(signInCommand('allow-passwords').status).toBe(0);
    expect(await identity.checkPassword(other.email, 'a good password', '10.0.0.1')).toBeDefined();
    expect(signInCommand('second-factor', 'optional').status).toBe(0);
    await waitFor(
      'the running console to hear of it',
      async () => !(await identity.signInPolicy.needsSecondFactor(other.id)),
    );
    expect(signInCommand('second-factor', 'sometimes').status).toBe(1);
    expect(signInCommand('providers').status).toBe(0);
    expect(signInCommand('--help').said).toMatch(/reset-second-factor/);
  } finally {
    await identity.stop();
    await db.destroy();
  }
});
