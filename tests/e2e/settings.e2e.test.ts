import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { labEnv, run } from '#tests/lab/run.ts';
import { openAs, prepareStage } from './fixture.ts';
import { confirm, docker, eventually, gone, rowOf, runContainer, see } from './steps.ts';

const stage = prepareStage({
  remote: 'ssh',
  local: { tls: true },
  fill: async (local) => {
    await local.busybox();
    await runContainer(local, 'web', 'busybox', 'sleep', '100000');
  },
});

const dialog = (page: Page) => page.getByRole('dialog');
const lineOf = (page: Page, table: string, text: string) =>
  page.getByRole('table', { name: table }).getByRole('row').filter({ hasText: text });

test('an engine is added by TLS certificates, tested first, and its objects show at once', async () => {
  const { tls } = stage.local;
  if (!tls) throw new Error('This engine has no TLS.');
  const page = await openAs(stage, stage.console.admin, '/settings/engines');
  await page.getByRole('button', { name: 'Add engine' }).click();
  await dialog(page).getByLabel('Name').fill('by-tls');
  await dialog(page).getByLabel('How we reach it').selectOption('tls');
  await dialog(page).getByLabel('Address').fill(tls.url);
  await confirm(page, 'Test');
  await see(dialog(page).getByRole('status'));
  await dialog(page).getByLabel('CA certificate (ca.pem)').fill(readFileSync(tls.ca, 'utf8'));
  await dialog(page).getByLabel('Client certificate (cert.pem)').fill(readFileSync(tls.cert, 'utf8'));
  await dialog(page).getByLabel('Client key (key.pem)').fill(readFileSync(tls.key, 'utf8'));
  await dialog(page).getByLabel('Tags').fill('staging');
  await confirm(page, 'Test');
  await see(
    dialog(page)
      .getByRole('status')
      .getByText(/API 1\.41/),
  );
  await confirm(page, 'Add engine');
  await see(lineOf(page, 'Engines', 'by-tls').getByText('live', { exact: true }));
  await page.goto('/containers?engine=by-tls');
  await see(rowOf(page, 'web'));
});

test('an ssh host is added only with its key confirmed, and another key later is refused with both shown', async () => {
  const { ssh } = stage.remote;
  if (!ssh) throw new Error('This engine has no sshd.');
  const page = await openAs(stage, stage.console.admin, '/settings/engines');
  await page.getByRole('button', { name: 'Add engine' }).click();
  await dialog(page).getByLabel('Name').fill('by-ssh');
  await dialog(page).getByLabel('How we reach it').selectOption('ssh');
  await dialog(page).getByLabel('Address').fill(ssh.url);
  await dialog(page).getByLabel('Private key (OpenSSH or PEM)').fill(readFileSync(ssh.identityPath, 'utf8'));
  await confirm(page, 'Test');
  await see(dialog(page).getByText('The host presents this key.'));
  const first = ssh.hostKeyFingerprint;
  await see(dialog(page).getByText(first, { exact: true }));
  await dialog(page).getByRole('button', { name: 'Pin this key' }).click();
  await confirm(page, 'Test');
  await see(
    dialog(page)
      .getByRole('status')
      .getByText(/Version/),
  );
  await confirm(page, 'Add engine');
  await see(lineOf(page, 'Engines', 'by-ssh').getByText('live', { exact: true }));

  const second = await ssh.rotateHostKey();
  await see(page.getByRole('status').filter({ hasText: 'by-ssh does not answer' }));
  await lineOf(page, 'Engines', 'by-ssh').getByRole('button', { name: 'Edit' }).click();
  await confirm(page, 'Test');
  await see(dialog(page).getByText('The host presents another key than the pinned one:'));
  await see(dialog(page).getByText(`pinned ${first}`));
  await see(dialog(page).getByText(second, { exact: true }));
  await confirm(page, 'Cancel');

  await lineOf(page, 'Engines', 'by-ssh').getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('textbox', { name: /Type by-ssh to confirm/ }).fill('by-ssh');
  await confirm(page, 'Remove engine');
  await gone(lineOf(page, 'Engines', 'by-ssh'));
});

test('a user is given a grant, which can be taken away and given anew', async () => {
  const account = { email: 'grace@pilothouse.test', name: 'Grace', password: 'a-first-password' };
  await stage.console.admin.request('POST', '/api/users', account);
  const page = await openAs(stage, stage.console.admin, '/settings/users');
  await page.getByRole('link', { name: /^Grace/ }).click();
  await see(page.getByRole('heading', { name: 'Grace', level: 1 }));
  const give = async (role: string, place: string) => {
    await page.getByRole('button', { name: 'Give grant' }).click();
    await dialog(page).getByLabel('Role').selectOption(role);
    await dialog(page).getByLabel('Where').selectOption({ label: place });
    await confirm(page, 'Give grant');
  };
  const given = page.getByRole('list', { name: 'Grants' }).getByRole('listitem');
  await give('viewer', 'on local');
  await see(given.filter({ hasText: 'Grace may see all containers, images, networks and volumes on local.' }));
  await given.getByRole('button', { name: 'Take away' }).click();
  await confirm(page, 'Take away');
  await see(page.getByText('None. Give one here, or put the account in a team.'));
  await give('operator', 'on every engine');
  await see(given.filter({ hasText: 'Grace may see and run all containers' }));
  const grace = await stage.console.signIn(account.email, account.password);
  expect((await grace.request('GET', '/docker/local/containers/json')).status).toBe(200);
});

test('a token is shown once, works with the docker command line, and no longer after it is revoked', async () => {
  const page = await openAs(stage, stage.console.admin, '/settings/account');
  await page.getByRole('button', { name: 'New token' }).click();
  await dialog(page).getByLabel('Name').fill('laptop');
  await confirm(page, 'Create token');
  const shown = dialog(page).getByText(/^phk_/);
  await see(shown);
  const token = (await shown.textContent()) ?? '';
  await confirm(page, 'Done');
  await see(lineOf(page, 'API tokens', 'laptop'));
  expect(await page.content()).not.toContain(token);

  const config = mkdtempSync(join(stage.lab.dir, 'token-'));
  writeFileSync(join(config, 'config.json'), JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } }));
  const host = `tcp://127.0.0.1:${stage.console.port}/docker/local`;
  const env = labEnv({ DOCKER_HOST: host, DOCKER_CONFIG: config });
  const list = () => run('docker', ['ps', '--format', '{{.Names}}'], { env });
  expect((await list()).stdout.trim()).toBe('web');
  await lineOf(page, 'API tokens', 'laptop').getByRole('button', { name: 'Revoke' }).click();
  await confirm(page, 'Revoke');
  await gone(lineOf(page, 'API tokens', 'laptop'));
  expect((await list()).code).not.toBe(0);
  rmSync(config, { recursive: true });
});

test('the trail lists what was done, filters it and hands it out', async () => {
  const viewer = await stage.console.person('viewer');
  const id = await docker(stage.local, 'inspect', '-f', '{{.Id}}', 'web');
  expect((await viewer.request('POST', `/docker/local/containers/${id}/stop`)).status).toBe(403);
  const page = await openAs(stage, stage.console.admin, '/settings/audit');
  const table = page.getByRole('table', { name: 'Audit records' });
  await see(table.getByText('session.sign-in').first());
  await page.getByLabel('Operation, e.g. container.*').fill('container.stop');
  await page.getByLabel('Result').selectOption('denied');
  await eventually('the one record', async () => (await table.getByRole('row').count()) === 2);
  await eventually('the filter in the address', async () => page.url().includes('outcome=denied'));
  await table.getByRole('button', { name: 'container.stop' }).click();
  const sheet = page.getByRole('dialog', { name: 'container.stop' });
  await see(sheet.getByText(viewer.email));
  await see(sheet.getByText(id));
  await sheet.getByRole('button', { name: 'Close' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Export CSV' }).click(),
  ]);
  const text = readFileSync(await download.path(), 'utf8');
  expect(text.trim().split('\n').length).toBe(2);
  expect(text).toContain(viewer.email);
});

test('credentials of a registry are stored and never shown', async () => {
  const page = await openAs(stage, stage.console.admin, '/settings/registries');
  await page.getByRole('button', { name: 'Add registry' }).click();
  await dialog(page).getByLabel('Registry').fill('registry.example:5000');
  await dialog(page).getByLabel('User').fill('robot');
  await dialog(page).getByLabel('Password or access token').fill('not-for-your-eyes');
  await confirm(page, 'Save');
  await see(lineOf(page, 'Registries', 'registry.example:5000').getByText('robot'));
  await page.reload();
  await see(lineOf(page, 'Registries', 'registry.example:5000'));
  expect(await page.content()).not.toContain('not-for-your-eyes');
  await lineOf(page, 'Registries', 'registry.example:5000').getByRole('button', { name: 'Remove' }).click();
  await confirm(page, 'Remove');
  await see(page.getByText('No credentials stored.'));
});

test('a policy is made and tried on a page, holds the administrator at the command line, and says why on a page', async () => {
  const { admin } = stage.console;
  const page = await openAs(stage, admin, '/settings/policies');
  await page.getByRole('link', { name: 'New policy' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('strict');
  await page.getByRole('checkbox', { name: /^Privileged containers/ }).check();
  await page.getByRole('checkbox', { name: /^Host paths/ }).check();
  await page.getByRole('textbox', { name: 'Host paths, one a line' }).fill('/srv/data');
  await page.getByLabel('JSON').fill('{"HostConfig": {"Binds": ["/etc:/x"], "Privileged": true}}');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await see(page.getByText('the host path "/etc" is not within those allowed (/srv/data)'));
  await see(page.getByText('a privileged container is refused'));
  await page.getByRole('button', { name: 'Save' }).click();
  await see(page.getByRole('heading', { name: 'strict' }));

  const refused = await admin.docker('local', 'run', '--rm', '-v', '/etc:/x', 'busybox', 'true');
  expect(refused.stderr).toContain('by the policy "strict"');
  const [, audit = ''] = /access-check\?audit=(\S+)/.exec(refused.stderr) ?? [];
  await page.goto(`/settings/access-check?audit=${audit}`);
  await see(page.getByText('The grants allow it; a policy refused what was asked for.'));
  await see(page.getByRole('link', { name: 'strict' }));

  await page.goto('/settings/policies');
  await lineOf(page, 'Policies', 'strict').getByRole('button', { name: 'Remove' }).click();
  await confirm(page, 'Remove');
  await see(page.getByText('No policies yet'));
  const allowed = await admin.docker('local', 'run', '--rm', '-v', '/etc:/x', 'busybox', 'true');
  expect(allowed.code).toBe(0);
});

test('the access check and the tab of an object tell who may do what, by which grant', async () => {
  const viewer = await stage.console.person('viewer');
  const page = await openAs(stage, stage.console.admin, '/settings/access-check');
  await page.getByLabel('Who', { exact: true }).selectOption({ label: `${viewer.email} (${viewer.email})` });
  await see(page.getByRole('table', { name: 'Effective access' }).getByText('local'));
  await page.getByLabel('May do what').selectOption('container.stop');
  await page.getByLabel('On which engine').selectOption('local');
  await page.getByLabel('Which container').fill('web');
  await page.getByLabel('Which container').press('Enter');
  await see(page.getByRole('heading', { name: /may not container\.stop on the container web on local/ }));
  await see(page.getByText('the role viewer does not have container.stop'));
  await page.goto('/engines/local/containers/web/access');
  const line = page.getByRole('row').filter({ hasText: viewer.email });
  await see(line.getByText('viewer', { exact: true }));
});
