import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyRules } from '#lib/shared/policy.ts';
import { call } from '#tests/door/call.ts';
import { type DoorPerson, type DoorUnderTest, startDoor } from '#tests/door/door.ts';
import { type Lab, type LabEngine, startLab } from '#tests/lab/lab.ts';
import { dockerEnv, linkPlugins } from '#tests/lab/person.ts';
import { run } from '#tests/lab/run.ts';

// Policies hold everybody: everything here is tried by an administrator, through the door, on a real engine.

let lab: Lab;
let engine: LabEngine;
let door: DoorUnderTest;
let admin: DoorPerson;
let env: Record<string, string>;

beforeAll(async () => {
  lab = await startLab();
  engine = await lab.engine({ version: 'newest' });
  await engine.busybox();
  door = await startDoor({ engines: { eng: engine.url } });
  admin = await door.person('administrator');
  const config = join(lab.dir, 'config');
  mkdirSync(config);
  env = { ...dockerEnv(door.url, 'eng', admin.token, config), PATH: engine.env.PATH ?? '', DOCKER_BUILDKIT: '0' };
  linkPlugins(config, engine.plugins);
});
afterAll(async () => {
  await door?.close();
  await lab?.close();
});
afterEach(async () => {
  for (const { id } of await door.policies.list()) await door.policies.remove(id);
});

let number = 0;
const everywhere = { kind: 'all', value: '' } as const;
function enforce(
  rules: PolicyRules,
  more: { scope?: { kind: 'all' | 'tag' | 'engine'; value: string }; enabled?: boolean } = {},
) {
  number += 1;
  const { scope = everywhere, enabled = true } = more;
  return door.policies.create({ name: `policy ${number}`, description: '', scope, enabled, rules });
}
const docker = (...args: string[]) => run('docker', args, { env });
const as = (method: string, path: string, body?: unknown) =>
  call(door.port, method, `/docker/eng/v1.44${path}`, {
    headers: { Authorization: `Bearer ${admin.token}` },
    ...(body === undefined ? {} : { body }),
  });
const create = async (host: object, more: object = {}) =>
  as('POST', '/containers/create', { Image: 'busybox', HostConfig: host, ...more });

describe('a policy at the docker command line', () => {
  it('refuses an administrator, names field, rule and policy, and is recorded as denied with its id', async () => {
    const { id, name } = await enforce({ hostPaths: ['/srv/allowed'] });
    const refused = await docker('run', '--rm', '-v', '/etc:/x', 'busybox', 'true');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      'HostConfig.Binds: the host path "/etc" is not within those allowed (/srv/allowed)',
    );
    expect(refused.stderr).toContain(`by the policy "${name}". An administrator can change it.`);
    const [record] = await door.records('container.create');
    expect(refused.stderr).toContain(`/settings/access-check?audit=${record?.id}`);
    expect(record).toMatchObject({ outcome: 'denied', status: 403, params: { policy: id }, userId: admin.userId });
    const allowed = await docker('run', '--rm', '-v', '/srv/allowed/x:/x', 'busybox', 'true');
    expect([allowed.code, allowed.stderr]).toEqual([0, '']);
  });

  // Attack: an equivalent field (CVE-2026-44850).
  it('refuses the same path in every dress (CVE-2026-44850), and what was made before when it starts', async () => {
    await engine.docker('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/etc', 'sly');
    await engine.docker('create', '--name', 'older', '-v', '/etc:/x', 'busybox', 'true');
    await enforce({ hostPaths: [] });
    for (const args of [
      ['run', '--mount', 'type=bind,source=/etc,target=/x', 'busybox'],
      [
        'run',
        '--mount',
        'type=volume,target=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc',
        'busybox',
      ],
      ['run', '-v', 'sly:/x', 'busybox'],
      ['run', '--volumes-from', 'older', 'busybox'],
      ['volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', 'device=/etc', 'made'],
      ['start', 'older'],
      ['restart', 'older'],
    ]) {
      const refused = await docker(...args);
      expect([args.join(' '), refused.stderr]).toEqual([args.join(' '), expect.stringContaining('by the policy')]);
    }
    expect((await engine.docker('volume', 'ls', '-q')).stdout).not.toContain('made');
    // Nobody is kept from setting it right.
    expect((await docker('rm', 'older')).code).toBe(0);
    expect((await docker('volume', 'rm', 'sly')).code).toBe(0);
  });

  // Attack: a route family without authorization (CVE-2026-44848).
  it('refuses what reaches the host, and plugins (CVE-2026-44848)', async () => {
    await enforce({
      refuse: ['privileged', 'exec-privileged', 'kernel', 'plugin', 'remote'],
      namespaces: [],
      devices: [],
      capabilities: [],
      securityOptions: [],
      networkDrivers: [],
    });
    const context = join(lab.dir, 'context');
    mkdirSync(context);
    writeFileSync(join(context, 'Dockerfile'), 'FROM busybox\n');
    await engine.docker('run', '-d', '--name', 'plain', '--init', 'busybox', 'sleep', '100000');
    for (const args of [
      ['run', '--privileged', 'busybox'],
      ['run', '--pid', 'host', 'busybox'],
      ['run', '--network', 'host', 'busybox'],
      ['run', '--device', '/dev/null', 'busybox'],
      ['run', '--cap-add', 'SYS_ADMIN', 'busybox'],
      ['run', '--security-opt', 'seccomp=unconfined', 'busybox'],
      ['run', '--sysctl', 'net.core.somaxconn=1', 'busybox'],
      ['exec', '--privileged', 'plain', 'true'],
      ['network', 'create', '-d', 'macvlan', 'mac'],
      ['plugin', 'enable', 'any'],
      ['build', '--network', 'host', context],
    ]) {
      const refused = await docker(...args);
      expect([args.join(' '), refused.stderr]).toEqual([args.join(' '), expect.stringContaining('by the policy')]);
    }
    expect((await docker('exec', 'plain', 'true')).code).toBe(0);
    expect((await docker('run', '--rm', 'busybox', 'true')).code).toBe(0);
    await engine.docker('rm', '-f', 'plain');
  });

  it('requires limits, labels and ports at the create, and keeps an update from taking the limits away', async () => {
    await enforce({ memory: { maxBytes: 64 * 2 ** 20 }, labels: ['team'], ports: { ranges: ['8000-8999'] } });
    const good = ['-d', '--name', 'limited', '--init', '-m', '32m', '-l', 'team=a', '-p', '127.0.0.1:8080:80'];
    expect((await docker('run', ...good, 'busybox', 'sleep', '100000')).stderr).toBe('');
    for (const [args, words] of [
      [['create', '-l', 'team=a', 'busybox'], 'a memory limit of at most'],
      [['create', '-m', '32m', 'busybox'], 'the label team is required'],
      [['create', '-m', '32m', '-l', 'team=a', '-p', '80:80', 'busybox'], 'the host port "80"'],
      [['update', '-m', '128m', '--memory-swap', '-1', 'limited'], 'is more than the'],
    ] as const) {
      expect((await docker(...args)).stderr).toContain(words);
    }
    expect((await docker('update', '--restart', 'no', 'limited')).code).toBe(0);
    await engine.docker('rm', '-f', 'limited');
  });

  it('refuses a service of compose, and what it brings as a volume', async () => {
    const dir = join(lab.dir, 'project');
    mkdirSync(dir);
    const compose = async (file: string) => {
      writeFileSync(join(dir, 'compose.yaml'), file);
      return run('docker', ['compose', 'up', '-d'], { env, cwd: dir });
    };
    await enforce({ hostPaths: [], images: { allowed: ['busybox'] } });
    const service = (more: string, image = 'busybox') =>
      `services: { web: { image: ${image}, command: "true"${more} } }\n`;
    const volumes = 'volumes: { data: { driver_opts: { type: none, o: bind, device: /etc } } }\n';
    expect((await compose(service(', volumes: ["/etc:/x"]'))).stderr).toContain('by the policy');
    expect((await compose(service(', volumes: ["data:/x"]') + volumes)).stderr).toContain('by the policy');
    expect((await compose(service('', 'evil'))).stderr).toContain('by the policy');
    expect((await compose(service(''))).code).toBe(0);
    await run('docker', ['compose', 'down'], { env, cwd: dir });
  });
});

describe('policies', () => {
  it('all hold where several are in force, and none elsewhere or switched off', async () => {
    const id = door.engines.find('eng')?.id ?? '';
    await enforce({ hostPaths: ['/srv'] }, { scope: { kind: 'engine', value: id } });
    await enforce({ hostPaths: ['/srv/a'] });
    expect((await create({ Binds: ['/srv/a/x:/x'] })).status).toBe(201);
    expect((await create({ Binds: ['/srv/b:/x'] })).text).toContain('(/srv/a)');
    for (const policy of await door.policies.list()) await door.policies.update(policy.id, { enabled: false });
    expect((await create({ Binds: ['/srv/b:/x'] })).status).toBe(201);
    await enforce({ hostPaths: [] }, { scope: { kind: 'tag', value: 'prod' } });
    expect((await create({ Binds: ['/srv/b:/x'] })).status).toBe(201);
    await door.engines.update(id, { tags: ['prod'] });
    expect((await create({ Binds: ['/srv/b:/x'] })).status).toBe(403);
    await door.engines.update(id, { tags: [] });
  });

  it('tell nothing to whoever may not do it anyway', async () => {
    await enforce({ hostPaths: [] });
    const viewer = await door.person('viewer');
    const headers = { Authorization: `Bearer ${viewer.token}` };
    const body = { Image: 'busybox', HostConfig: { Binds: ['/etc:/x'] } };
    const refused = await call(door.port, 'POST', '/docker/eng/v1.44/containers/create', { headers, body });
    expect([refused.status, refused.text]).toEqual([403, expect.not.stringMatching(/policy|access-check/)]);
  });

  // Attack: a rule missing on a sibling operation (CVE-2026-44849).
  it('judge services at their create and update (CVE-2026-44849)', async () => {
    await enforce({ hostPaths: [], capabilities: [] });
    const spec = (container: object) => ({
      Name: 's',
      TaskTemplate: { ContainerSpec: { Image: 'busybox', ...container } },
    });
    const mount = { Mounts: [{ Type: 'bind', Source: '/etc', Target: '/x' }] };
    expect((await as('POST', '/services/create', spec(mount))).text).toContain('by the policy');
    expect((await as('POST', '/services/create', spec({ CapabilityAdd: ['CAP_SYS_ADMIN'] }))).text).toContain(
      'by the policy',
    );
    await engine.api('POST', '/swarm/init', { body: { ListenAddr: '127.0.0.1:2377', AdvertiseAddr: '127.0.0.1' } });
    try {
      const made = await as('POST', '/services/create', spec({}));
      expect(made.status).toBe(201);
      const { ID } = made.json as { ID: string };
      const version = ((await engine.api('GET', `/services/${ID}`)).json as { Version: { Index: number } }).Version
        .Index;
      const update = (container: object) => as('POST', `/services/${ID}/update?version=${version}`, spec(container));
      expect((await update(mount)).text).toContain('by the policy');
      expect((await update({ Args: ['true'] })).status).toBe(200);
    } finally {
      await engine.api('POST', '/swarm/leave?force=1');
    }
  });

  it('that can not be read let nothing pass', async () => {
    const list = door.policies.list;
    door.policies.list = () => Promise.reject(new Error('the database is away'));
    try {
      expect((await create({})).status).toBe(500);
    } finally {
      door.policies.list = list;
    }
  });
});
