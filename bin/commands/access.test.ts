import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '#lib/db/open-database.ts';
import { openSecretBox } from '#lib/db/secret-box.ts';
import { openIdentity } from '#lib/identity/open-identity.ts';
import type { Identity } from '#lib/identity/types.ts';
import { addAuditCommand } from './audit.ts';
import { addGrantsCommand } from './grants.ts';
import { addRolesCommand } from './roles.ts';
import { addServiceAccountsCommand } from './service-accounts.ts';
import { addTeamsCommand } from './teams.ts';
import { addTokenCommand } from './token.ts';
import { addUsersCommand } from './users.ts';

// In this process, since each of the command line's own takes a second to start; commands.test.ts starts them.
const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-access-'));
let db: Database;
let identity: Identity;

beforeAll(async () => {
  vi.stubEnv('PILOTHOUSE_DATA', dataDir);
  vi.stubEnv('DATABASE_URL', '');
  vi.stubEnv('PILOTHOUSE_SECRET', '');
  vi.stubEnv('PILOTHOUSE_URL', '');
  db = await openDatabase({ dataDir });
  identity = await openIdentity({ db, secrets: openSecretBox({ dataDir }), withoutSetup: true });
});
afterAll(async () => {
  await identity.stop();
  await db.destroy();
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true, force: true });
});
afterEach(() => vi.restoreAllMocks());

/** What the command prints; throws what it says when it fails. */
async function run(...args: string[]): Promise<string> {
  const program = new Command('pilothouse').exitOverride();
  addAuditCommand(program);
  addGrantsCommand(program);
  addRolesCommand(program);
  addServiceAccountsCommand(program);
  addTeamsCommand(program);
  addTokenCommand(program);
  addUsersCommand(program);
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    printed += String(chunk);
    return true;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed;
}

const secretOf = (url: string) => url.trim().split('#')[1] ?? '';

it('gives a team a role of its own making on some objects, and a service account in it a limited token', async () => {
  await run('teams', 'create', 'shop', '--description', 'Sells.');
  await run('roles', 'create', 'restarter', '--operations', 'container.restart', '*.list', '--see-secrets');
  await run('roles', 'update', 'restarter', '--no-see-secrets');
  await run('service-accounts', 'create', 'deploy-bot', '--description', 'Deploys.');
  await run('teams', 'add-member', 'Shop', 'deploy-bot');
  const scoped = ['--project', 'shop', '--label', 'tier=web', 'blue', '--name', 'web-*', '--image', 'shop/*'];
  const id = (
    await run('grants', 'add', '--team', 'shop', '--role', 'restarter', ...scoped, '--expires', '30d')
  ).trim();
  expect((await identity.grants.get(id))?.expiresAt).toBeGreaterThan(Date.now() + 29 * 24 * 3600_000);
  await run('grants', 'update', id, '--expires', 'never', '--reason', 'Always.');
  const limits = ['--role', 'viewer', '--project', 'shop', '--object', 'web-*'];
  const secret = (await run('token', 'create', '--user', 'deploy-bot', '--name', 'ci', ...limits)).trim();
  const principal = await identity.byToken({ headers: { authorization: `Bearer ${secret}` }, address: '' });
  expect(principal).toMatchObject({
    email: 'deploy-bot',
    grants: [
      {
        role: 'restarter',
        reason: 'Always.',
        resource: { project: 'shop', labels: ['blue', 'tier=web'], name: 'web-*', images: ['shop/*'] },
      },
    ],
    limits: [{ role: 'viewer', resource: { project: 'shop', name: 'web-*' } }],
  });
  expect(principal?.grants[0]?.expiresAt).toBeUndefined();
  expect(principal?.roles?.get('restarter')?.seeSecrets).toBe(false);
  expect(await run('roles', 'list')).toMatch(/restarter +custom +container\.restart \*\.list +1/);
  expect((await run('roles', 'show', 'restarter')).split('\n')).toContain('container.restart');
  expect(await run('teams', 'members', 'shop')).toMatch(/deploy-bot +Deploys\. +manual/);
  expect(await run('service-accounts', 'list')).toMatch(/deploy-bot +Deploys\. +enabled/);
  expect(await run('grants', 'list', '--team', 'shop')).toMatch(/team shop +restarter +all engines +project shop, /);
  expect(await run('grants', 'list')).toMatch(/token ci \(deploy-bot\) +viewer/);
  expect(await run('token', 'list')).toContain('by its own grants');
  await expect(run('roles', 'remove', 'restarter')).rejects.toThrow('shop have the role restarter');
  await run('teams', 'remove-member', 'shop', 'deploy-bot');
  await run('teams', 'remove', 'shop');
  await run('roles', 'remove', 'restarter');
  await run('users', 'remove', 'deploy-bot');
  expect(await identity.grants.list()).toEqual([]);
  expect(await run('audit', 'export')).not.toContain(secret);
  // Two dozen commands, each of which opens the database anew.
}, 240_000);

it('invites, resets and signs out, and prints each link once', async () => {
  await run('teams', 'create', 'crew');
  const invited = await run(
    'users',
    'invite',
    'uma@example.org',
    '--team',
    'crew',
    '--url',
    'https://console.example/',
  );
  expect(invited).toMatch(/^https:\/\/console\.example\/invite#[\w-]{43}\n$/);
  const { user } = await identity.links.accept(secretOf(invited), { name: 'Uma', password: 'the first password' });
  expect(await identity.teams.ofUser(user.id)).toMatchObject([{ name: 'crew' }]);
  const session = () => identity.sessions.create(user.id, { headers: {}, address: '' });
  await session();
  const reset = await run('users', 'reset', 'uma@example.org', '--url', 'http://127.0.0.1:3000');
  expect(reset).toMatch(/^http:\/\/127\.0\.0\.1:3000\/reset#[\w-]{43}\n$/);
  expect(await identity.sessions.list(user.id)).toHaveLength(1);
  await identity.links.accept(secretOf(reset), { password: 'a newer password' });
  await session();
  await run('users', 'sign-out', 'uma@example.org');
  expect(await identity.sessions.list(user.id)).toEqual([]);
  const trail = await run('audit', 'export');
  for (const url of [invited, reset]) expect(trail).not.toContain(secretOf(url));
  expect(trail).toContain('"action":"reset-password"');
});

it('says what is wrong, and makes nothing', async () => {
  await identity.users.create({ email: 'ann@example.org', name: 'Ann' });
  const wrong: [string[], string][] = [
    [['token', 'create', '--user', 'ann@example.org', '--name', 'x', '--project', 'y'], 'give the --role'],
    [['grants', 'add', '--role', 'viewer'], 'one of --user, --team and --token'],
    [['grants', 'add', '--user', 'ann@example.org', '--role', 'viewer', '--image', 'a b'], 'no blanks'],
    [['grants', 'add', '--user', 'ann@example.org', '--role', 'viewer', '--project', 'A B'], 'compose project'],
    [['grants', 'update', 'none', '--reason', 'x'], 'no grant none'],
    [['roles', 'create', 'odd', '--operations', 'container.fly'], '"container.fly"'],
    [['users', 'reset', 'ann@example.org'], '--url'],
    [['teams', 'add-member', 'nobodies', 'ann@example.org'], 'no team nobodies'],
  ];
  for (const [args, message] of wrong) await expect(run(...args), args.join(' ')).rejects.toThrow(message);
  expect(await identity.links.list()).toEqual([]);
  expect(await identity.grants.list()).toEqual([]);
});
