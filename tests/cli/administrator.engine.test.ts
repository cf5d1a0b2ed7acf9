import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '#tests/lab/lab.ts';
import { type Cli, expectSuccess, startWorld, type World } from './world.ts';

// The docker CLI of each engine's own time, in header mode, as the administrator.
describe.each(['debian', 'newest'] as const)('the %s docker command line', (version) => {
  let world: World;
  let docker: Cli;
  const ok = async (...args: string[]) => {
    const result = await docker(...args);
    expectSuccess(result, args.join(' '));
    return result.stdout.trim();
  };

  beforeAll(async () => {
    world = await startWorld(version);
    docker = world.cli(world.console.admin);
  });
  afterAll(() => world?.close());

  test('version, info, ps, images tell of the engine behind the console', async () => {
    expect(await ok('version', '--format', '{{.Server.Version}}')).toBe(world.engine.version);
    expect(await ok('info', '--format', '{{.ServerVersion}}')).toBe(world.engine.version);
    expect(await ok('images', '--format', '{{.Repository}}:{{.Tag}}')).toContain('busybox:latest');
    expect(await ok('ps', '-aq')).toBe('');
  });

  test('run prints its output and ends with its exit code', async () => {
    expect(await docker('run', '--rm', 'busybox', 'sh', '-c', 'echo out; echo err >&2; exit 7')).toEqual({
      code: 7,
      stdout: 'out\n',
      stderr: 'err\n',
    });
  });

  test('run -it has a terminal of the right size', async () => {
    const wait =
      'i=0; until [ "$(stty size)" = "33 111" ] || [ $i -gt 200 ]; do i=$((i+1)); sleep 0.1; done; stty size; tty';
    const { stdout, code } = await docker.tty({}, `stty rows 33 cols 111; docker run -it --rm busybox sh -c '${wait}'`);
    expect(stdout).toContain('33 111');
    expect(stdout).toContain('/dev/pts/0');
    expect(code).toBe(0);
  });

  test('run -d -p, logs -f, exec, stop, start, restart, kill, pause, rm', async () => {
    await ok(
      'run',
      '-d',
      '--name',
      'web',
      '-p',
      '8081:80',
      '--init',
      'busybox',
      'sh',
      '-c',
      'echo started; echo page >/www/index.html; exec httpd -f -h /www',
    );
    const page = await waitFor('the page', async () => (await fetch(`http://${world.engine.address}:8081/`)).text());
    expect(page).toBe('page\n');
    expect(await ok('exec', 'web', 'cat', '/www/index.html')).toBe('page');
    expect((await docker('exec', 'web', 'sh', '-c', 'exit 42')).code).toBe(42);
    await ok('pause', 'web');
    expect(await ok('inspect', '-f', '{{.State.Status}}', 'web')).toBe('paused');
    await ok('unpause', 'web');
    await ok('restart', '-t', '5', 'web');
    await ok('stop', 'web');
    await ok('start', 'web');
    await ok('kill', '-s', 'KILL', 'web');
    expect((await ok('logs', '-f', 'web')).split('\n').filter((line) => line === 'started')).toHaveLength(3);
    await ok('rm', '-f', 'web');
    expect(await ok('ps', '-aq', '--filter', 'name=web')).toBe('');
  });

  test('logs -f shows a line while the container goes on, and ends with it', async () => {
    await ok(
      'run',
      '-d',
      '--name',
      'talker',
      'busybox',
      'sh',
      '-c',
      'for i in 1 2 3; do echo "line $i"; sleep 0.3; done',
    );
    expect(await ok('logs', '-f', 'talker')).toBe('line 1\nline 2\nline 3');
    expect(await ok('wait', 'talker')).toBe('0');
    await ok('rm', 'talker');
  });

  test('exec -it, attach and run -i carry input, and the half-close of stdin', async () => {
    const script = 'while read x; do [ "$x" != quit ] || exit 5; echo "got $x"; done; echo ended';
    await ok('run', '-di', '--name', 'reader', 'busybox', 'sh', '-c', script);
    const tty = await docker.tty({}, 'docker exec -it reader sh -c "tty; echo é"');
    expect(tty.stdout).toContain('/dev/pts/');
    expect(tty.stdout).toContain('é');
    const piped = await docker.with({ input: 'one\ntwo\n' }, 'exec', '-i', 'reader', 'sh', '-c', 'cat; echo after');
    expect(piped).toMatchObject({ code: 0, stdout: 'one\ntwo\nafter\n' });
    // Held open: the end of stdin detaches from a container that was started with -d, before its answer is out.
    const attached = docker.start('attach', 'reader');
    attached.stdin.write('three\n');
    await waitFor('the answer', () => attached.said() === 'got three\n');
    attached.stdin.write('quit\n');
    expect(await attached.ended).toBe(5);
    attached.stdin.destroy();
    expect(await ok('logs', 'reader')).toBe('got three');
    await ok('rm', '-f', 'reader');
    // With `run -i` the end of our input is the end of the container's.
    const run = await docker.with({ input: 'four\n' }, 'run', '-i', '--rm', 'busybox', 'sh', '-c', script);
    expect(run).toMatchObject({ code: 0, stdout: 'got four\nended\n' });
  });

  test('20 MB pass through exec -i cat unchanged', async () => {
    await ok('run', '-d', '--init', '--name', 'pipe', 'busybox', 'sleep', '1000');
    const input = randomBytes(20 * 1024 * 1024);
    const { code, stdout, stderr } = await docker.bytes({ input }, 'exec', '-i', 'pipe', 'cat');
    expect({ code, stderr, same: stdout.equals(input) }).toEqual({ code: 0, stderr: '', same: true });
    await ok('rm', '-f', 'pipe');
  });

  test('cp both ways, diff, top, stats, rename, update, commit', async () => {
    await ok('run', '-d', '--init', '--name', 'box', 'busybox', 'sleep', '1000');
    const file = join(world.dir, 'note');
    writeFileSync(file, 'a note\n');
    await ok('cp', file, 'box:/tmp/note');
    await ok('cp', 'box:/tmp/note', join(world.dir, 'back'));
    expect(readFileSync(join(world.dir, 'back'), 'utf8')).toBe('a note\n');
    expect(await ok('diff', 'box')).toContain('/tmp/note');
    expect(await ok('top', 'box')).toContain('sleep 1000');
    expect(await ok('stats', '--no-stream', '--format', '{{.Name}}', 'box')).toBe('box');
    await ok('rename', 'box', 'crate');
    await ok('update', '--restart', 'on-failure:3', 'crate');
    expect(await ok('inspect', '-f', '{{.HostConfig.RestartPolicy.Name}}', 'crate')).toBe('on-failure');
    await ok('commit', '-m', 'with a note', 'crate', 'noted:1');
    expect(await ok('run', '--rm', 'noted:1', 'cat', '/tmp/note')).toBe('a note');
    await ok('rm', '-f', 'crate');
    await ok('rmi', 'noted:1');
  });

  test('build (classic), tag, history, push, pull, rmi', async () => {
    const context = join(world.dir, `build-${version}`);
    mkdirSync(context);
    writeFileSync(
      join(context, 'Dockerfile'),
      'FROM busybox\nARG WHO=nobody\nCOPY greeting /greeting\nRUN echo "$WHO" >>/greeting\nCMD cat /greeting\n',
    );
    writeFileSync(join(context, 'greeting'), 'hello\n');
    const built = await ok('build', '--build-arg', 'WHO=everybody', '-t', 'greeter:1', context);
    expect(built).toContain('Successfully tagged greeter:1');
    expect(await ok('run', '--rm', 'greeter:1')).toBe('hello\neverybody');
    expect(await ok('history', 'greeter:1')).toContain('COPY');
    const remote = `${world.registry.address}/team/greeter:1`;
    await ok('tag', 'greeter:1', remote);
    await ok('push', remote);
    await ok('rmi', remote, 'greeter:1');
    await ok('pull', remote);
    expect(await ok('run', '--rm', remote)).toBe('hello\neverybody');
    await ok('rmi', remote);
  });

  test('save, load, export, import', async () => {
    const saved = join(world.dir, 'saved.tar');
    await ok('tag', 'busybox', 'kept:1');
    await ok('save', '-o', saved, 'kept:1');
    await ok('rmi', 'kept:1');
    expect(await ok('load', '-i', saved)).toContain('kept:1');
    const piped = await docker.with({ input: readFileSync(saved) }, 'load');
    expect(piped).toMatchObject({ code: 0 });
    await ok('create', '--name', 'source', 'kept:1', 'sh');
    const exported = join(world.dir, 'exported.tar');
    await ok('export', '-o', exported, 'source');
    await ok('import', exported, 'imported:1');
    expect(await ok('run', '--rm', 'imported:1', '/bin/echo', 'hi')).toBe('hi');
    await ok('rm', 'source');
    await ok('rmi', 'imported:1', 'kept:1');
  });

  test('events come while they happen', async () => {
    const since = await ok('info', '--format', '{{.SystemTime}}');
    await ok('run', '--rm', '--name', 'passing', 'busybox', 'true');
    const until = await ok('info', '--format', '{{.SystemTime}}');
    const told = await ok(
      'events',
      '--since',
      since,
      '--until',
      until,
      '--format',
      '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}',
    );
    for (const action of ['create', 'start', 'die', 'destroy']) expect(told).toContain(`container ${action} passing`);
  });

  test('network and volume commands', async () => {
    await ok('network', 'create', '--label', 'team=a', 'lan');
    await ok('run', '-d', '--init', '--name', 'member', 'busybox', 'sleep', '1000');
    await ok('network', 'connect', '--alias', 'friend', 'lan', 'member');
    expect(await ok('network', 'inspect', '-f', '{{range .Containers}}{{.Name}}{{end}}', 'lan')).toBe('member');
    await ok('network', 'disconnect', 'lan', 'member');
    expect(await ok('network', 'ls', '--filter', 'label=team=a', '--format', '{{.Name}}')).toBe('lan');
    await ok('network', 'rm', 'lan');
    await ok('network', 'create', 'unused');
    expect(await ok('network', 'prune', '-f')).toContain('unused');
    await ok('volume', 'create', '--label', 'team=a', 'store');
    await ok('run', '--rm', '-v', 'store:/data', 'busybox', 'sh', '-c', 'echo kept >/data/x');
    expect(await ok('run', '--rm', '-v', 'store:/data', 'busybox', 'cat', '/data/x')).toBe('kept');
    expect(await ok('volume', 'ls', '-q', '--filter', 'label=team=a')).toBe('store');
    expect(await ok('volume', 'inspect', '-f', '{{.Driver}}', 'store')).toBe('local');
    await ok('volume', 'rm', 'store');
    await ok('volume', 'prune', '-f');
    await ok('rm', '-f', 'member');
  });

  test('system df and prune', async () => {
    expect(await ok('system', 'df')).toContain('Images');
    await ok('create', '--name', 'never', 'busybox', 'sh');
    expect(await ok('container', 'prune', '-f')).toMatch(/Deleted Containers/);
    await ok('image', 'prune', '-f');
    await ok('system', 'prune', '-f');
    expect(await ok('ps', '-aq')).toBe('');
  });

  test('what the engine refuses reaches the person in its own words', async () => {
    const { code, stderr } = await docker('inspect', 'no-such-thing');
    expect(code).toBe(1);
    expect(stderr).toMatch(/no such object/i);
    const run = await docker('run', '--rm', 'busybox', 'no-such-command');
    expect(run.code).toBe(127);
  });
});
