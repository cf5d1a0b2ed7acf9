import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Lab, type LabEngine, startLab, waitFor } from '#tests/lab/lab.ts';
import { makeCertificates } from '#tests/lab/tls.ts';
import { addPlain, openRoom, stateOf, type TestRoom, textOf, tlsSecrets, waitForState } from './testing/room.ts';

let lab: Lab;
let engine: LabEngine;
let other: LabEngine;
let room: TestRoom;

beforeAll(async () => {
  lab = await startLab();
  [engine, other] = await Promise.all([lab.engine({ tls: true, ssh: true }), lab.engine({ tcp: true })]);
  await Promise.all([engine.busybox(), other.busybox()]);
});
afterAll(() => lab?.close());
beforeEach(async () => {
  room = await openRoom();
  room.engines.start();
});
afterEach(() => room.close());

const soon = () => AbortSignal.timeout(60_000);

function sshInput(hostKey?: string) {
  const { ssh } = engine;
  if (!ssh) throw new Error('no ssh');
  const identity = readFileSync(ssh.identityPath, 'utf8');
  return { name: 'far', url: ssh.url, tags: [], secrets: { identity }, hostKey };
}

async function liveAt(name: string, url: string): Promise<string> {
  const { id } = await addPlain(room.engines, name, url);
  await waitForState(room.engines, id, 'live');
  return id;
}

test('a hung engine turns stale with the age of what is shown, costs others nothing, and comes back by itself', async () => {
  const { engines } = room;
  const hung = await liveAt('hung', engine.url);
  const fine = await liveAt('fine', other.url);
  engine.hang();
  try {
    const status = await waitForState(engines, hung, 'stale');
    expect(status).toMatchObject({
      asOf: expect.any(Number),
      retryAt: expect.any(Number),
      problem: expect.any(String),
    });
    expect(engines.snapshot(hung, ['image']).rows.length).toBeGreaterThan(0);
    // Fifty people ask the hung one; the other answers all the same, and those fifty are refused, not left waiting.
    const ask = (id: string) =>
      engines.request(id, { method: 'GET', path: '/_ping', headers: {}, signal: soon(), headTimeoutMs: 30_000 });
    const refused = Array.from({ length: 50 }, () => ask(hung).catch((error: { code?: string }) => error.code));
    expect((await ask(fine)).status).toBe(200);
    for (const code of await Promise.all(refused)) expect(code).toMatch(/^engine-(unreachable|timeout)$/);
    expect(engines.status(fine)?.state).toBe('live');
  } finally {
    engine.resume();
  }
  await waitForState(engines, hung, 'live');
});

test('a killed engine turns stale; after its restart what happened meanwhile is shown', async () => {
  const { engines } = room;
  await other.docker('rm', '-f', 'kept');
  expect(await other.docker('run', '-d', '--init', '--name', 'kept', 'busybox', 'sleep', '9999')).toMatchObject({
    code: 0,
  });
  const id = await liveAt('killed', other.url);
  await waitFor('the container', () => stateOf(engines, id, 'kept') === 'running');
  let resets = 0;
  engines.onReset(() => resets++);
  await other.kill9();
  expect((await waitForState(engines, id, 'stale')).problem).toMatch(
    /connection refused|broke the connection|event stream|no socket/,
  );
  expect(stateOf(engines, id, 'kept')).toBe('running');
  await other.restart();
  await waitForState(engines, id, 'live');
  expect(resets).toBeGreaterThan(0);
  await waitFor('the new state', () => stateOf(engines, id, 'kept') === 'exited');
  await other.docker('rm', '-f', 'kept');
  await waitFor('the removal', () => stateOf(engines, id, 'kept') === undefined);
});

test('a pulled cable is noticed, though the open streams stay silent, and healed when it is plugged in', async () => {
  const { engines } = room;
  const id = await liveAt('cut', other.tcp?.url ?? '');
  await other.cut();
  try {
    await waitForState(engines, id, 'stale');
  } finally {
    await other.plug();
  }
  // A cut cable leaves the neighbour marked as gone for a while; the wait is generous.
  await waitForState(engines, id, 'live');
});

test('an engine that was never there is down with the reason, until it comes', async () => {
  const { engines } = room;
  const { id } = await addPlain(engines, 'nowhere', 'unix:///nowhere/docker.sock');
  const status = await waitForState(engines, id, 'down');
  expect(status).toMatchObject({
    asOf: undefined,
    counts: undefined,
    problem: 'There is no socket at /nowhere/docker.sock.',
  });
  expect(engines.snapshot(id, ['container'])).toMatchObject({ asOf: undefined, rows: [] });
  await engines.update(id, { url: engine.url });
  await waitForState(engines, id, 'live');
});

test('an ssh host is trusted only once its key is pinned, and refused with both fingerprints when the key changes', async () => {
  const { engines } = room;
  const { ssh } = engine;
  if (!ssh) throw new Error('no ssh');
  const first = ssh.hostKeyFingerprint;
  expect(await engines.test(sshInput(), soon())).toMatchObject({ ok: false, hostKey: first });
  const { id } = await engines.add(sshInput());
  const unknown = await waitForState(engines, id, 'down');
  expect(unknown.hostKey).toEqual({ status: 'new', presented: first, pinned: undefined });
  await engines.update(id, { hostKey: first });
  expect((await waitForState(engines, id, 'live')).hostKey).toBeUndefined();

  const second = await ssh.rotateHostKey();
  const changed = await waitForState(engines, id, 'stale');
  const refused = await waitFor('the refusal', () => {
    const status = engines.status(id);
    return status?.hostKey && status;
  });
  expect(refused.hostKey).toEqual({ status: 'changed', presented: second, pinned: first });
  expect(refused.problem).toContain(first);
  expect(refused.problem).toContain(second);
  expect(changed.asOf).toBeDefined();
  await expect(engines.connect(id, soon())).rejects.toThrow(second);
  await engines.update(id, { hostKey: second });
  await waitForState(engines, id, 'live');
});

test('where sshd forbids forwarding, docker system dial-stdio serves, more streams than sshd allows sessions', async () => {
  const { engines } = room;
  const { ssh } = engine;
  if (!ssh) throw new Error('no ssh');
  await engine.sh(`echo 'restrict '"$(cat ${ssh.identityPath}.pub)" > $(dirname ${ssh.identityPath})/authorized_keys`);
  try {
    const { id } = await engines.add(sshInput(ssh.hostKeyFingerprint));
    await waitForState(engines, id, 'live');
    const ask = async () => {
      const request = { method: 'GET', path: '/version', headers: {}, signal: soon() };
      const reply = await engines.request(id, request);
      return (await textOf(reply.body)).includes('ApiVersion');
    };
    expect(new Set(await Promise.all(Array.from({ length: 30 }, ask)))).toEqual(new Set([true]));
  } finally {
    await engine.sh(`cat ${ssh.identityPath}.pub > $(dirname ${ssh.identityPath})/authorized_keys`);
  }
});

test('a wrong key, a wrong CA, a wrong host name and a missing client certificate each say what they are', async () => {
  const { engines } = room;
  const say = async (input: Parameters<typeof engines.test>[0]) => (await engines.test(input, soon())).message;
  const { ssh, tls } = engine;
  if (!ssh || !tls) throw new Error('not there');
  const good = tlsSecrets(engine);
  const foreign = await makeCertificates(`${lab.dir}/foreign`, ['10.255.255.1']);
  const text = (path: string) => readFileSync(path, 'utf8');
  const wrongCa = { ...good, ca: text(foreign.ca) };
  expect(await say({ url: tls.url, secrets: wrongCa })).toMatch(/not signed by the given CA/);
  // TLS 1.3 lets the handshake succeed without a client certificate; the first read fails.
  expect(await say({ url: tls.url, secrets: { ca: good.ca } })).toMatch(
    /wants a client certificate|refused the client/,
  );
  const foreignClient = { ca: good.ca, cert: text(foreign.cert), key: text(foreign.key) };
  expect(await say({ url: tls.url, secrets: foreignClient })).toMatch(/refused the client certificate/);
  expect(await say({ url: other.tcp?.url, secrets: good })).toMatch(/does not speak TLS/);
  expect(await say({ url: tls.url })).toMatch(/\(400\)|HTTPS/);
  const foreignKey = text(foreign.key);
  await expect(engines.test({ url: tls.url, secrets: { ...good, key: foreignKey } }, soon())).rejects.toThrow(
    /mismatch/,
  );
  await engine.sh(`ssh-keygen -q -t ed25519 -N '' -f ${lab.dir}/stranger`);
  const stranger = { identity: text(`${lab.dir}/stranger`) };
  const asked = { url: ssh.url, hostKey: ssh.hostKeyFingerprint, secrets: stranger };
  expect(await say(asked)).toMatch(/does not let root in with this private key/);
});

test('a certificate for another host is refused with its names', async () => {
  const { engines } = room;
  const certs = await makeCertificates(`${lab.dir}/elsewhere`, ['10.255.255.1']);
  const flags = ['--tlsverify', '--tlscacert', certs.ca, '--tlscert', certs.serverCert, '--tlskey', certs.serverKey];
  const wrong = await lab.engine({ flags: [...flags, '-H', 'tcp://0.0.0.0:2378'] });
  const text = (path: string) => readFileSync(path, 'utf8');
  const secrets = { ca: text(certs.ca), cert: text(certs.cert), key: text(certs.key) };
  const tested = await engines.test({ url: `tcp://${wrong.address}:2378`, secrets }, soon());
  expect(tested).toMatchObject({ ok: false, message: expect.stringMatching(/for another host/) });
  await wrong.off();
});

test('after stop no socket, timer or listener of the room is left', async () => {
  const { engines } = room;
  const count = () => {
    const names = process.getActiveResourcesInfo();
    return (kind: string) => names.filter((name) => name.includes(kind)).length;
  };
  const before = count();
  await addPlain(engines, 'unix', engine.url);
  await addPlain(engines, 'tcp', other.tcp?.url ?? '');
  await engines.add({ name: 'tls', url: engine.tls?.url ?? '', tags: [], secrets: tlsSecrets(engine) });
  await engines.add(sshInput(engine.ssh?.hostKeyFingerprint));
  await addPlain(engines, 'nowhere', 'unix:///nowhere.sock');
  for (const { id, name } of engines.list()) {
    await waitForState(engines, id, name === 'nowhere' ? 'down' : 'live');
    if (name === 'nowhere') continue;
    const stream = await engines.connect(id, soon());
    stream.on('error', () => undefined);
    const reply = await engines.request(id, { method: 'GET', path: '/events', headers: {}, signal: soon() });
    reply.body.on('error', () => undefined);
  }
  await engines.stop();
  await waitFor('everything to be closed', () => {
    const after = count();
    for (const kind of ['TCP', 'TLS', 'Pipe', 'Timeout']) expect(after(kind), kind).toBeLessThanOrEqual(before(kind));
    return true;
  });
});
