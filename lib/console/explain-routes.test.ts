import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { effectiveAccess, explained, whoMay } from '#lib/shared/explained.ts';
import { type InventoryRow, wholeLabels } from '#lib/shared/inventory.ts';
import { call, openRoutesLab, type RoutesLab, type Someone } from '#tests/console/routes-lab.ts';
import { explainRoutes } from './explain-routes.ts';
import { policyRoutes } from './policy-routes.ts';

let lab: RoutesLab;
let admin: Someone;
let auditor: Someone;
let shop: Someone;
let teamId: string;

const everywhere = { kind: 'all', value: '' } as const;
const container = (name: string, project: string) => ({
  kind: 'container',
  engine: 'one',
  id: name.padEnd(64, '0'),
  name,
  labels: { 'com.docker.compose.project': project },
});
const image = {
  kind: 'image',
  engine: 'one',
  id: 'sha256:abcd',
  tags: ['shop/web:1', 'blog:1'],
  digests: [],
  labels: {},
};

beforeAll(async () => {
  lab = await openRoutesLab();
  // The rows as far as the routes read them; a real watch would need a real engine.
  const rows = [
    container('web', 'shop'),
    container('blog', 'blog'),
    { ...container('crowded', 'shop'), labels: {}, [wholeLabels]: container('crowded', 'shop').labels },
    { ...container('overfull', 'shop'), [wholeLabels]: null },
    image,
  ] as unknown as InventoryRow[];
  Object.assign(lab.runtime.engines, {
    snapshot: (_id: string, kinds: readonly string[]) => ({
      engine: 'one',
      version: 1,
      rows: rows.filter(({ kind }) => kinds.includes(kind)),
    }),
  });
  const { identity } = lab;
  admin = await lab.someone('admin@example.org');
  auditor = await lab.someone('auditor@example.org', 'auditor');
  shop = await lab.someone('shop@example.org');
  const team = await identity.teams.create({ name: 'Shop', description: '' });
  teamId = team.id;
  await identity.teams.addMember(team.id, shop.id);
  const resource = { project: 'shop', images: ['shop/*'] };
  await identity.grants.add({ subjectKind: 'team', subjectId: team.id, role: 'operator', scope: everywhere, resource });
  await identity.grants.add({
    subjectKind: 'user',
    subjectId: shop.id,
    role: 'viewer',
    scope: { kind: 'tag', value: 'dev' },
  });
});
afterAll(() => lab.stop());

async function explain(query: string, who = admin) {
  const answer = await call(explainRoutes.explain, who, { query });
  expect(answer.text).toContain('"allow"');
  return explained.parse(JSON.parse(answer.text));
}

describe('GET /api/explain', () => {
  it('names the grant that allows, with its team, and what each other lacks', async () => {
    const found = await explain(
      '?user=shop@example.org&operation=container.start&engine=one&kind=container&object=web',
    );
    expect(found).toMatchObject({ allow: true, subject: { name: 'shop@example.org' }, asked: { object: 'web' } });
    expect(found.verdicts.map(({ grant, allows, lacks }) => [grant.subjectName, allows, lacks])).toEqual(
      expect.arrayContaining([
        ['Shop', true, []],
        [
          'shop@example.org',
          false,
          ['the role viewer does not have container.start', 'the engine one does not have the tag dev'],
        ],
      ]),
    );
  });

  it('says what of a scope does not hold', async () => {
    const found = await explain(`?user=${shop.id}&operation=container.start&engine=one&kind=container&object=blog`);
    expect(found.allow).toBe(false);
    expect(found.verdicts.find(({ grant }) => grant.subjectName === 'Shop')?.lacks).toEqual([
      'it is of the project blog, not shop',
    ]);
  });

  it('judges by the labels as the engine told them, as the door does, not as the lists show them', async () => {
    const asked = (name: string) =>
      explain(`?user=${shop.id}&operation=container.start&engine=one&kind=container&object=${name}`);
    expect((await asked('crowded')).allow).toBe(true);
    expect((await asked('overfull')).allow).toBe(false);
  });

  it('judges an image by the name that was asked for, and its removal by id by all of its names', async () => {
    const asked = (object: string, operation: string) =>
      explain(`?user=${shop.id}&operation=${operation}&engine=one&kind=image&object=${object}`);
    expect((await asked('shop/web:1', 'image.inspect')).allow).toBe(true);
    expect((await asked('blog:1', 'image.inspect')).allow).toBe(false);
    expect((await asked('sha256:abcd', 'image.inspect')).allow).toBe(true);
  });

  it("keeps a token to its own grants and to its owner's", async () => {
    const grants = [{ role: 'viewer', scope: everywhere }];
    const { token } = await lab.identity.tokens.create({ userId: admin.id, name: 'ci', grants });
    const found = await explain(`?token=${token.id}&operation=container.start&engine=one`);
    expect(found).toMatchObject({ allow: false, reason: expect.stringContaining("the token's own grants") });
    expect(found.verdicts.map(({ list }) => list).sort()).toEqual(['grant', 'limit']);
  });

  it('knows teams, the console itself, and disabled accounts', async () => {
    expect(await explain(`?team=${teamId}&operation=container.start&engine=one`)).toMatchObject({
      allow: true,
      scoped: true,
    });
    expect((await explain(`?user=${admin.id}&operation=console.users`)).allow).toBe(true);
    const gone = await lab.someone('gone@example.org', 'viewer');
    await lab.identity.users.update(gone.id, { disabled: true });
    expect(await explain(`?user=${gone.id}&operation=container.list&engine=one`)).toMatchObject({
      allow: false,
      reason: 'The account is disabled.',
    });
  });

  it('takes its question from a record of the trail, with the object as it was then', async () => {
    const principal = await lab.identity.bySession({ headers: { cookie: shop.headers.cookie }, address: '' });
    if (!principal) throw new Error('The session is not known.');
    const labels = { 'com.docker.compose.project': 'blog' };
    const id = await lab.audit.record(
      {
        principal,
        operation: 'container.stop',
        engineId: 'engine-id',
        engineName: 'one',
        targets: [{ kind: 'container', id: 'x', name: 'removed', labels }],
      },
      { outcome: 'denied', status: 404, reason: 'out of scope', durationMs: 1 },
    );
    const found = await explain(`?audit=${id}`, auditor);
    expect(found).toMatchObject({
      allow: false,
      subject: { name: 'shop@example.org' },
      asked: { operation: 'container.stop', engine: 'one', object: 'removed' },
      record: { id, outcome: 'denied', reason: 'out of scope' },
    });
  });

  it('is for those who manage grants or read the trail, and says what is missing', async () => {
    const query = `?user=${shop.id}&operation=container.start&engine=one`;
    expect((await call(explainRoutes.explain, shop, { query })).status).toBe(403);
    expect((await call(explainRoutes.explain, undefined, { query })).status).toBe(401);
    expect((await call(explainRoutes.explain, auditor, { query })).status).toBe(200);
    for (const bad of [
      '',
      '?operation=container.start',
      '?user=nobody&operation=container.start&engine=one',
      '?user=x&operation=no',
    ]) {
      expect((await call(explainRoutes.explain, admin, { query: bad })).status).toBeGreaterThanOrEqual(400);
    }
    // An auditor sees no engine, so no object of one either: its existence is not told.
    const object = await call(explainRoutes.explain, auditor, { query: `${query}&kind=container&object=web` });
    expect(object.status).toBe(404);
    const other = await call(explainRoutes.explain, auditor, { query: `${query}&kind=container&object=none` });
    expect(other.text.replace('none', 'web')).toBe(object.text);
  });
});

describe('GET /api/access', () => {
  it('tells who may do what with an object, by which grant', async () => {
    const answer = await call(explainRoutes.access, admin, { query: '?engine=one&kind=container&object=web' });
    const { rows } = whoMay.parse(JSON.parse(answer.text));
    const found = Object.fromEntries(rows.map(({ email, levels }) => [email, Object.keys(levels).join(' ')]));
    expect(found).toMatchObject({ 'admin@example.org': 'see operate change enter', 'shop@example.org': 'see operate' });
    expect(rows.find(({ email }) => email === 'shop@example.org')?.levels.see?.subjectName).toBe('Shop');
    const blog = await call(explainRoutes.access, admin, { query: '?engine=one&kind=container&object=blog' });
    expect(blog.text).not.toContain('shop@example.org');
  });

  it('tells what an account may do, engine by engine and in the console', async () => {
    const answer = await call(explainRoutes.access, admin, { query: `?user=${shop.id}` });
    const { rows } = effectiveAccess.parse(JSON.parse(answer.text));
    expect(rows.map(({ engine, grant, levels }) => [engine, grant.role, levels.join(' ')])).toEqual([
      ['one', 'operator', 'see operate'],
    ]);
    const own = await call(explainRoutes.access, admin, { query: `?user=${admin.id}` });
    expect(effectiveAccess.parse(JSON.parse(own.text)).rows.map(({ engine }) => engine)).toEqual(['one', undefined]);
  });
});

describe('/api/policies', () => {
  const policy = {
    name: 'strict',
    scope: { kind: 'engine', value: 'one' },
    rules: { hostPaths: ['/srv'], labels: ['team'] },
  };

  it('are made, changed and removed by administrators, each with a record', async () => {
    const made = await call(policyRoutes.create, admin, { method: 'POST', body: policy });
    expect(made.status).toBe(200);
    const id = String(made.at('id'));
    // By the engine's id, so that it follows the engine through renames.
    expect(made.at('scope.value')).toBe('engine-id');
    expect(made.at('engineName')).toBe('one');
    expect(await lab.newest()).toMatchObject({
      operation: 'console.settings',
      outcome: 'done',
      params: { action: 'create' },
    });
    expect((await call(policyRoutes.create, admin, { method: 'POST', body: policy })).status).toBe(409);
    const changed = await call(policyRoutes.update, admin, { method: 'PATCH', id, body: { enabled: false } });
    expect([changed.at('enabled'), changed.at('rules.hostPaths')]).toEqual([false, ['/srv']]);
    expect((await call(policyRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(204);
    expect((await call(policyRoutes.remove, admin, { method: 'DELETE', id })).status).toBe(404);
  });

  it('are read by whoever reads the trail, and by nobody else', async () => {
    expect((await call(policyRoutes.list, auditor, {})).status).toBe(200);
    expect((await call(policyRoutes.list, shop, {})).status).toBe(403);
    expect((await call(policyRoutes.create, auditor, { method: 'POST', body: policy })).status).toBe(403);
  });

  it.each([
    [{ ...policy, rules: { hostPaths: ['srv'] } }, 'rules.hostPaths.0'],
    [{ ...policy, rules: { hostPaths: ['/srv/../etc'] } }, '..'],
    [{ ...policy, rules: { ports: { ranges: ['9000-8000'] } } }, 'smaller one first'],
    [{ ...policy, rules: { whatever: true } }, 'rules'],
    [{ ...policy, scope: { kind: 'tag', value: '' } }, 'no tag'],
    [{ ...policy, scope: { kind: 'engine', value: 'none' } }, 'no engine'],
    [{ ...policy, name: ' ' }, 'has a name'],
  ])('refuse %j with a sentence', async (body, words) => {
    const answer = await call(policyRoutes.create, admin, { method: 'POST', body });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(words)]);
  });

  it('are tried on a request and on what docker inspect says of a container', async () => {
    const tried = async (request: unknown) => {
      const answer = await call(policyRoutes.try, admin, { method: 'POST', body: { rules: policy.rules, request } });
      return (answer.at('violations') as { field: string }[]).map(({ field }) => field);
    };
    expect(await tried({ Image: 'a', HostConfig: { Binds: ['/etc:/x'] } })).toEqual(['HostConfig.Binds', 'Labels']);
    const inspected = { Id: 'x', Config: { Image: 'a', Labels: { team: 'a' } }, HostConfig: { MaskedPaths: null } };
    expect(await tried([{ ...inspected, Mounts: [{ Type: 'bind', Source: '/etc' }] }])).toEqual(['Mounts']);
    expect(await tried([inspected])).toEqual([]);
    const nothing = await call(policyRoutes.try, admin, { method: 'POST', body: { rules: {}, request: 'x' } });
    expect(nothing.status).toBe(400);
  });
});
