import { expect, test } from 'vitest';
import { readContainer, readExitCode, readHealth, readImage, readNetwork, readVolume } from './read-rows.ts';

test('a container with everything', () => {
  const row = readContainer('alpha', {
    ...{
      Id: 'abc',
      Names: ['/other/alias', '/web'],
      Image: 'nginx:1',
      ImageID: 'sha256:1',
      Command: 'nginx',
      Created: 7,
    },
    ...{ State: 'running', Status: 'Up 3 minutes (unhealthy)', Labels: { 'com.docker.compose.project': 'shop' } },
    Ports: [
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 443, Type: 'tcp' },
    ],
    NetworkSettings: { Networks: { lan: {}, wan: {} } },
    Mounts: [{ Type: 'volume', Name: 'data', Source: '/x', Destination: '/d' }],
    SomethingNew: { deep: true },
  });
  expect(row).toMatchObject({
    ...{
      kind: 'container',
      engine: 'alpha',
      name: 'web',
      health: 'unhealthy',
      project: 'shop',
      networks: ['lan', 'wan'],
    },
    ports: [
      { ip: '0.0.0.0', private: 80, public: 8080, type: 'tcp' },
      { private: 443, type: 'tcp' },
    ],
    mounts: [{ type: 'volume', name: 'data', source: '/x', destination: '/d' }],
  });
});

test('what engines leave out or give as null is tolerated; a row without an id is not', () => {
  expect(readContainer('a', { Id: 'x', Names: null, Ports: null, Labels: null, Mounts: null })).toMatchObject({
    ...{ name: '', ports: [], labels: {}, mounts: [], networks: [] },
  });
  expect(() => readContainer('a', { Names: ['/x'] })).toThrow();
  expect(() => readContainer('a', null)).toThrow();
});

test('labels and commands are bounded, and a label named __proto__ changes no prototype', () => {
  const labels = JSON.parse(`{"__proto__": "x", "long": "${'y'.repeat(5000)}"}`);
  for (let n = 0; n < 1000; n++) labels[`l${n}`] = '';
  const row = readContainer('a', { Id: 'x', Labels: labels, Command: 'z'.repeat(5000) });
  expect(Object.keys(row.labels).length).toBe(256);
  expect(row.labels.long?.length).toBe(1024);
  expect(row.command.length).toBe(1024);
  expect(Object.getPrototypeOf(row.labels)).toBe(Object.prototype);
});

test('no row carries the value of a secret label or the password in the options of a volume', () => {
  const Labels = { 'db.password': 'leak', team: 'blue' };
  const Options = { type: 'cifs', o: 'username=a,password=leak', device: '//nas/share' };
  const rows = [
    readContainer('a', { Id: 'x', Labels }),
    readImage('a', { Id: 'x', Labels }),
    readNetwork('a', { Id: 'x', Labels }),
    readVolume('a', { Name: 'x', Labels, Options }),
  ];
  expect(JSON.stringify(rows)).not.toContain('leak');
  for (const row of rows) expect(row.labels.team).toBe('blue');
});

test.each([
  ['Exited (137) 2 hours ago', 137],
  ['Exited (0) Less than a second ago', 0],
  ['Exited (-1) 1 second ago', -1],
  ['Up 3 minutes (healthy)', undefined],
  ['Created', undefined],
])('the exit code of "%s" is %s', (status, code) => {
  expect(readExitCode(status)).toBe(code);
});

test.each([
  ['Up 1 second (health: starting)', 'starting'],
  ['Up 1 second (healthy)', 'healthy'],
  ['unhealthy', 'unhealthy'],
  ['Up 1 second', undefined],
])('the health of "%s" is %s', (status, health) => {
  expect(readHealth(status)).toBe(health);
});

test('untagged images have no tags, and an id without algorithm gets one', () => {
  const id = 'a'.repeat(64);
  expect(readImage('a', { Id: id, RepoTags: ['<none>:<none>'], RepoDigests: null, Size: 5, Created: 6 })).toMatchObject(
    {
      ...{ id: `sha256:${id}`, tags: [], digests: [], sizeBytes: 5, createdAt: 6 },
    },
  );
});

test('networks and volumes', () => {
  const ipam = { Config: [{ Subnet: '10.0.0.0/24' }, {}] };
  expect(readNetwork('a', { Id: 'n', Name: 'bridge', IPAM: ipam, Created: '1970-01-01T00:00:09Z' })).toMatchObject({
    ...{ builtIn: true, subnets: ['10.0.0.0/24'], createdAt: 9 },
  });
  expect(readVolume('a', { Name: 'v', Labels: { 'com.docker.volume.anonymous': '' }, Options: null })).toMatchObject({
    ...{ id: 'v', anonymous: true, options: {}, createdAt: 0 },
  });
});
