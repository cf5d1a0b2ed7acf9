import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, expectSuccess, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld('debian');
  await world.registry.seed(world.engine, 'busybox:latest', 'library/busybox:latest');
  const engine = world.engine.docker;
  for (const name of ['target', 'steered']) {
    await engine(
      'run',
      '-d',
      '--init',
      '--name',
      name,
      '-e',
      'API_PASSWORD=swordfish',
      'busybox',
      'sh',
      '-c',
      'echo said; exec sleep 100000',
    );
  }
  await engine('save', '-o', join(world.dir, 'busybox.tar'), 'busybox');
  writeFileSync(join(world.dir, 'file'), 'x\n');
  writeFileSync(join(world.dir, 'Dockerfile'), 'FROM busybox\nLABEL a=b\n');
});
afterAll(() => world?.close());

// What a person types, and the least role that may. Literal on purpose: not derived from what the door reads.
const reads = [
  'version',
  'info',
  'ps -a',
  'images',
  'inspect target',
  'logs target',
  'stats --no-stream target',
  'top target',
  'network ls',
  'volume ls',
  'events --since 1m --until 1s',
];
const steers = [
  'stop -t 1 steered',
  'start steered',
  'restart -t 1 steered',
  'pause steered',
  'unpause steered',
  'kill -s USR1 steered',
  'pull busybox',
];
const makes = [
  'history busybox',
  'diff target',
  'run --rm busybox true',
  'exec target true',
  'cp DIR/file target:/tmp/file',
  'cp target:/etc/passwd DIR/passwd',
  'export -o DIR/exported.tar target',
  'commit target committed:1',
  'tag busybox tagged:1',
  'build -t built:1 DIR',
  'rmi spare:1',
  'rename spare renamed',
  'update --restart no steered',
  'network create made',
  'network connect spare target',
  'network disconnect spare target',
  'network rm spare',
  'volume create made',
  'volume rm spare',
  'create --name made busybox sh',
  'rm removable',
];
const host = [
  'create --privileged busybox sh',
  'run --rm -v /tmp:/host busybox true',
  'run --rm --mount type=bind,source=/tmp,target=/host busybox true',
  'run --rm --pid host busybox true',
  'run --rm --network host busybox true',
  'run --rm --cap-add SYS_ADMIN busybox true',
  'run --rm --device /dev/null busybox true',
  'run --rm --security-opt seccomp=unconfined busybox true',
  'volume create --opt type=none --opt o=bind --opt device=/tmp bound',
  'load -i DIR/busybox.tar',
  'import DIR/busybox.tar imported:1',
  'container prune -f',
  'image prune -f',
  'volume prune -f',
  'network prune -f',
  'system df',
];

// Where the machine itself lacks capabilities a privileged process can't start, whoever asks; the denial comes before.
const hostDeniedOnly = ['exec --privileged target true', 'run --rm --privileged busybox true'];

const ranks = ['viewer', 'operator', 'developer', 'maintainer'] as const;
const families = [reads, steers, makes, host];

describe.each(ranks)('a %s', (role) => {
  let docker: Cli;
  const type = (line: string) => docker(...line.replaceAll('DIR', world.dir).split(' '));
  beforeAll(async () => {
    docker = world.cli(await world.console.person(role, { engine: 'one' }));
    // What its commands take away is there for each role anew: a denial must not hide behind a "not found".
    const engine = world.engine.docker;
    await engine('rm', '-f', 'renamed', 'made', 'spare', 'removable');
    await engine('network', 'rm', 'made');
    await engine('volume', 'rm', 'made', 'bound');
    await engine('create', '--name', 'spare', 'busybox', 'sh');
    await engine('create', '--name', 'removable', 'busybox', 'sh');
    await engine('network', 'create', 'spare');
    await engine('volume', 'create', 'spare');
    await engine('tag', 'busybox', 'spare:1');
  });
  const rank = ranks.indexOf(role);

  test.each(families.slice(0, rank + 1).flat())('may docker %s', async (line) => {
    expectSuccess(await type(line), line);
  });

  test.each([...families.slice(rank + 1).flat(), ...(role === 'maintainer' ? [] : hostDeniedOnly)])(
    'may not docker %s',
    async (line) => {
      const before = await world.engine.docker('ps', '-aq');
      const { code, stderr } = await type(line);
      expect(code).not.toBe(0);
      // The door's own sentence, not the engine's: it says what is missing and gives the record's id.
      expect(stderr).toMatch(/may not|not allowed|host access|needs|role|grant/i);
      expect(await world.engine.docker('ps', '-aq')).toEqual(before);
    },
  );
});

test('a viewer sees no secret in an inspect, a developer does', async () => {
  const viewer = world.cli(await world.console.person('viewer'));
  const developer = world.cli(await world.console.person('developer'));
  const inspect = ['inspect', '-f', '{{json .Config.Env}}', 'target'];
  expect((await viewer(...inspect)).stdout).not.toContain('swordfish');
  expect((await developer(...inspect)).stdout).toContain('swordfish');
});

test('somebody without a grant finds no engine', async () => {
  const nobody = world.cli(await world.console.person(undefined));
  const { code, stderr } = await nobody('ps');
  expect(code).toBe(1);
  expect(stderr).not.toContain('target');
});

test('a wrong token and a missing one get nothing', async () => {
  const { DOCKER_HOST } = world.cli(world.console.admin).env;
  const url = `${DOCKER_HOST?.replace('tcp:', 'http:')}/containers/json`;
  const tries: Record<string, string>[] = [{}, { Authorization: `Bearer phk_${'x'.repeat(43)}` }];
  for (const headers of tries) {
    const answer = await fetch(url, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toContain('application/json');
  }
});
