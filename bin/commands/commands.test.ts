import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { openSecretBox } from '#lib/db/secret-box.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import { openPolicies } from '#lib/policy/open-policies.ts';
import { waitFor } from '#tests/lab/wait.ts';

const root = mkdtempSync(join(tmpdir(), 'pilothouse-bin-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const main = join(import.meta.dirname, '../main.ts');

function pilothouse(dataDir: string, args: string[], input = '') {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const { DATABASE_URL: _url, PILOTHOUSE_SECRET: _secret, ...env } = process.env;
    const child = spawn(process.execPath, [main, ...args], { env: { ...env, PILOTHOUSE_DATA: dataDir } });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.end(input);
  });
}

async function done(dataDir: string, args: string[], input?: string): Promise<string> {
  const result = await pilothouse(dataDir, args, input);
  expect([args, result.code, result.stderr.replace(/^A console that runs takes this up.*\n/m, '')]).toEqual([
    args,
    0,
    '',
  ]);
  return result.stdout;
}

describe("the administrator's commands", () => {
  it('explain themselves, each one', async () => {
    const groups = ['users', 'grants', 'token', 'engines', 'audit', 'teams', 'roles', 'service-accounts'];
    const helps = await Promise.all(groups.map((group) => done(root, [group, '--help'])));
    const subcommands = groups.flatMap((group, i) =>
      [...(helps[i] ?? '').matchAll(/^ {2}([a-z-]+) .*\S {2,}\S/gm)].map((match) => [group, match[1] ?? '']),
    );
    for (const [group, name] of [
      ['users', 'set-password'],
      ['grants', 'add'],
      ['token', 'create'],
      ['engines', 'remove'],
      ['audit', 'export'],
      ['audit', 'verify'],
      ['users', 'reset'],
      ['teams', 'add-member'],
      ['roles', 'update'],
      ['service-accounts', 'create'],
    ]) {
      expect(subcommands).toContainEqual([group, name]);
    }
  });

  it('refuse a folder without a console, and make nothing there', async () => {
    const dataDir = join(root, 'nowhere');
    const result = await pilothouse(dataDir, ['users', 'list']);
    expect([result.code, result.stdout]).toEqual([1, '']);
    expect(result.stderr).toMatch(/no console's database in .*nowhere; PILOTHOUSE_DATA/);
    expect((await pilothouse(dataDir, ['users', 'remove-all'])).code).toBe(1);
  });

  it('work beside a console that runs, which honours what they change', async () => {
    const dataDir = join(root, 'data');
    await done(dataDir, ['users', 'create', 'ann@example.org', '--role', 'administrator'], 'a good password\n');
    const db = await openDatabase({ dataDir });
    const running = await openIdentity({ db, secrets: openSecretBox({ dataDir }) });
    try {
      expect(running.setupSecret()).toBeUndefined();
      expect(await running.checkPassword('ann@example.org', 'a good password', '10.0.0.1')).toBeDefined();
      const printed = await done(dataDir, [
        'token',
        'create',
        '--user',
        'ann@example.org',
        '--name',
        'ci',
        '--expires',
        '30d',
      ]);
      expect(printed).toMatch(/^phk_[A-Za-z0-9_-]{43}\n$/);
      const byToken = () => running.byToken({ headers: { authorization: `Bearer ${printed.trim()}` }, address: '' });
      const principal = await byToken();
      expect(principal?.grants.map(({ role }) => role)).toEqual(['administrator']);
      const ends: unknown[] = [];
      if (principal) running.watch(principal, (current) => ends.push(current));
      const [token] = await running.tokens.list();
      expect(token?.expiresAt).toBeGreaterThan(Date.now() + 29 * 24 * 3600_000);
      await done(dataDir, ['token', 'revoke', token?.id ?? '']);
      expect(await byToken()).toBeUndefined();
      await waitFor('what is open on the token to end', () => ends.length > 0);
      expect(ends).toEqual([undefined]);

      await done(dataDir, ['users', 'set-password', 'ann@example.org'], 'another good one\n');
      expect(await running.checkPassword('ann@example.org', 'another good one', '10.0.0.1')).toBeDefined();
      const last = await pilothouse(dataDir, ['users', 'disable', 'ann@example.org']);
      expect([last.code, last.stderr]).toEqual([1, expect.stringContaining('without an administrator')]);
    } finally {
      await running.stop();
      await db.destroy();
    }
  });

  it('manage engines, grants and users, and leave a trail without any secret', async () => {
    const dataDir = join(root, 'data');
    await done(dataDir, ['engines', 'add', 'edge', 'tcp://127.0.0.1:2375', '--tag', 'prod', 'eu']);
    expect(await done(dataDir, ['engines', 'list'])).toMatch(/edge +tcp:\/\/127\.0\.0\.1:2375 +tcp +prod,eu/);
    await done(dataDir, ['users', 'create', 'bob@example.org', '--no-password']);
    const grant = await done(dataDir, [
      'grants',
      'add',
      '--user',
      'bob@example.org',
      '--role',
      'viewer',
      '--engine',
      'edge',
    ]);
    expect(await done(dataDir, ['grants', 'list', '--user', 'bob@example.org'])).toMatch(/viewer +engine edge/);
    await done(dataDir, ['grants', 'remove', grant.trim()]);
    await done(dataDir, ['users', 'disable', 'bob@example.org']);
    expect(await done(dataDir, ['users', 'list'])).toMatch(/bob@example\.org +bob +disabled/);
    await done(dataDir, ['engines', 'remove', 'edge']);
    const metadata = await pilothouse(dataDir, ['engines', 'add', 'meta', 'tcp://169.254.169.254:80']);
    expect([metadata.code, metadata.stderr]).toEqual([1, expect.stringContaining('link-local')]);

    const trail = (await done(dataDir, ['audit', 'export'])).trim().split('\n');
    expect(trail.length).toBeGreaterThanOrEqual(11);
    expect(trail.join()).toContain('bin/pilothouse (');
    expect(trail.join()).not.toMatch(/phk_|good password|good one/);
    expect(await done(dataDir, ['audit', 'list', '--outcome', 'failed'])).toContain('without an administrator');
    expect(await done(dataDir, ['audit', 'verify'])).toMatch(
      /^The trail is whole: \d+ records in \d+ blocks, head \d+:/,
    );
    const changed = await openDatabase({ dataDir });
    await changed.updateTable('audit').set({ outcome: 'done' }).where('outcome', '=', 'failed').execute();
    await changed.destroy();
    const verified = await pilothouse(dataDir, ['audit', 'verify']);
    expect([verified.code, verified.stdout]).toEqual([1, expect.stringMatching(/^changed {2}\S+ {2}.*\n/)]);
    expect(await done(dataDir, ['audit', 'export', '--format', 'csv', '--target', 'edge'])).toMatch(/^id,time,email/);
  });

  it('say what is wrong with what they are given', async () => {
    const dataDir = join(root, 'data');
    const wrong: [string[], RegExp][] = [
      [['token', 'create', '--user', 'nobody@example.org', '--name', 'x'], /no user nobody@example\.org/],
      [['token', 'create', '--user', 'ann@example.org', '--name', 'x', '--expires', 'soon'], /"soon" is no duration/],
      [['token', 'revoke', 'x'], /no token x/],
      [['grants', 'add', '--user', 'ann@example.org', '--role', 'king'], /no role "king"/],
      [['audit', 'export', '--format', 'xml'], /csv or jsonl/],
      [['token', 'create'], /required option/],
    ];
    const results = await Promise.all(wrong.map(([args]) => pilothouse(dataDir, args)));
    for (const [i, [args, message]] of wrong.entries()) {
      const result = results[i];
      if (!result) throw new Error('no result');
      expect([args, result.code]).toEqual([args, 1]);
      expect(result.stderr).toMatch(message);
      expect(result.stdout).toBe('');
    }
  });
});

describe('pilothouse policies', () => {
  it('lists the policies and prints one with its rules', async () => {
    const dataDir = join(root, 'policies');
    const db = await openDatabase({ dataDir });
    const rules = { hostPaths: ['/srv'], refuse: ['privileged' as const] };
    const scope = { kind: 'tag', value: 'prod' } as const;
    await openPolicies({ db }).create({ name: 'strict', description: '', scope, enabled: true, rules });
    await db.destroy();
    expect(await done(dataDir, ['policies', 'list'])).toMatch(/^strict +tag prod +yes +refuse, hostPaths$/m);
    expect(JSON.parse(await done(dataDir, ['policies', 'show', 'strict']))).toMatchObject({ name: 'strict', rules });
    expect((await pilothouse(dataDir, ['policies', 'show', 'none'])).stderr).toContain('There is no policy none.');
  });
});
