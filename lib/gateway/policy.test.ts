import { describe, expect, it } from 'vitest';
import { judgeByPolicies } from '#lib/authz/create-policy.ts';
import type { Policy, PolicyRules } from '#lib/shared/policy.ts';
import { classify } from './classify.ts';
import {
  containerHostAccess,
  execHostAccess,
  networkHostAccess,
  serviceHostAccess,
  volumeHostAccess,
} from './host-access.ts';
import { inspect } from './inspect.ts';
import type { HostAccessReason } from './inspected.ts';
import { policyFactsOf } from './policy.ts';

function policy(rules: PolicyRules): Policy {
  const scope = { kind: 'all', value: '' } as const;
  return { id: 'p', name: 'strict', description: '', scope, enabled: true, rules, createdAt: 0, updatedAt: 0 };
}

/** Refuses all that a policy can refuse. */
const strict: PolicyRules = {
  refuse: ['privileged', 'exec-privileged', 'plugin', 'kernel', 'remote', 'session'],
  hostPaths: ['/srv/data'],
  namespaces: [],
  devices: [],
  capabilities: ['SYS_PTRACE'],
  securityOptions: [],
  runtimes: [],
  logDrivers: ['json-file'],
  networkDrivers: [],
  volumeDrivers: [],
  images: { allowed: ['registry.test/*'], fromRegistries: true },
  ports: { ranges: ['8000-8999'] },
  memory: { maxBytes: 1024 },
  cpus: { max: 2 },
  labels: ['team'],
};

/** `rule field` of everything that is refused; what the objects of the request bring along in `reach`. */
function refusals(request: string, body?: unknown, rules: PolicyRules = strict, reach: HostAccessReason[] = []) {
  const [method = '', target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  const classified = classify(method, path, query);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const inspected = inspect(classified, body === undefined ? undefined : Buffer.from(text));
  const resolved = {
    targets: [],
    ids: {},
    hostAccess: reach,
    containers: new Map<string, string>(),
    missingVolumes: [],
    imageLabels: {},
  };
  return judgeByPolicies([policy(rules)], policyFactsOf(classified, inspected, resolved)).map(
    ({ rule, field }) => `${rule} ${field}`,
  );
}

const good = { Image: 'registry.test/app', Labels: { team: 'a' } };
const limits = { Memory: 1000, NanoCpus: 1e9 };
const createText = (host: string) =>
  `{"Image":"registry.test/app","Labels":{"team":"a"},"HostConfig":{"Memory":1000,"NanoCpus":1000000000,${host}}}`;
const create = (host: object, more: object = {}, rules?: PolicyRules) =>
  refusals('POST /containers/create', { ...good, HostConfig: { ...limits, ...host }, ...more }, rules);
const service = (spec: object, more: object = {}, path = '/services/create') =>
  refusals(`POST ${path}`, {
    Name: 's',
    Labels: { team: 'a' },
    TaskTemplate: {
      ContainerSpec: { Image: 'registry.test/app', ...spec },
      Resources: { Limits: { NanoCPUs: 1e9, MemoryBytes: 1000 } },
      ...more,
    },
  });

describe('a create policy on what a container is made with', () => {
  it('lets what it allows pass', () => {
    expect(create({})).toEqual([]);
    expect(
      create({
        Binds: ['/srv/data:/a', '/srv//data/./x:/b:ro', 'volume:/c'],
        Mounts: [{ Type: 'bind', Source: '/srv/data/y/', Target: '/y' }],
        CapAdd: ['cap_sys_ptrace', 'NET_RAW'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m' } },
        PortBindings: { '80/tcp': [{ HostPort: '8080' }], '81/tcp': [{ HostIp: '::1', HostPort: '8000-8010' }] },
      }),
    ).toEqual([]);
  });

  // Every way to ask for the same thing, so that none is an equivalent field that slips past (CVE-2026-44850).
  it.each<[string, object, string]>([
    ['a bind', { Binds: ['/etc:/x'] }, 'hostPaths HostConfig.Binds'],
    ['a bind beside an allowed path', { Binds: ['/srv/database:/x'] }, 'hostPaths HostConfig.Binds'],
    ['a bind that climbs out', { Binds: ['/srv/data/../../etc:/x'] }, 'hostPaths HostConfig.Binds'],
    ['a relative bind', { Binds: ['./x:/x'] }, 'hostPaths HostConfig.Binds'],
    ['a Windows bind', { Binds: ['C:\\data:C:\\x'] }, 'hostPaths HostConfig.Binds'],
    ['a Windows bind with slashes', { Binds: ['C:/data:C:/x'] }, 'hostPaths HostConfig.Binds'],
    ['a Windows bind to a Linux path', { Binds: ['c:/data:/x'] }, 'hostPaths HostConfig.Binds'],
    ['a named pipe', { Binds: ['\\\\.\\pipe\\docker_engine:\\\\.\\pipe\\x'] }, 'hostPaths HostConfig.Binds'],
    ['the socket', { Binds: ['/var/run/docker.sock:/s'] }, 'hostPaths HostConfig.Binds'],
    ['a mount', { Mounts: [{ Type: 'bind', Source: '/etc', Target: '/x' }] }, 'hostPaths HostConfig.Mounts[0]'],
    ['a pipe', { Mounts: [{ Type: 'npipe', Source: '/x', Target: '/x' }] }, 'hostPaths HostConfig.Mounts[0].Type'],
    ['a mount type in capitals', { Mounts: [{ Type: 'BIND', Source: '/etc' }] }, 'hostPaths HostConfig.Mounts[0].Type'],
    [
      'a volume mount of a path',
      { Mounts: [{ Type: 'volume', Source: '/etc' }] },
      'hostPaths HostConfig.Mounts[0].Source',
    ],
    ['an image mount', { Mounts: [{ Type: 'image', Source: 'evil' }] }, 'images HostConfig.Mounts[0].Source'],
    ['a file', { ContainerIDFile: '/etc/x' }, 'hostPaths HostConfig.ContainerIDFile'],
    ['privileged', { Privileged: true }, 'refuse HostConfig.Privileged'],
    ['the network of the host', { NetworkMode: 'host' }, 'namespaces HostConfig.NetworkMode'],
    ['a network namespace by path', { NetworkMode: 'ns:/proc/1/ns/net' }, 'namespaces HostConfig.NetworkMode'],
    ['the processes of the host', { PidMode: 'host' }, 'namespaces HostConfig.PidMode'],
    ['the IPC of the host', { IpcMode: 'host' }, 'namespaces HostConfig.IpcMode'],
    ['the name of the host', { UTSMode: 'host' }, 'namespaces HostConfig.UTSMode'],
    ['the users of the host', { UsernsMode: 'host' }, 'namespaces HostConfig.UsernsMode'],
    ['the cgroups of the host', { CgroupnsMode: 'host' }, 'namespaces HostConfig.CgroupnsMode'],
    ['another cgroup', { Cgroup: 'container:x' }, 'namespaces HostConfig.Cgroup'],
    ['a device', { Devices: [{ PathOnHost: '/dev/kvm' }] }, 'devices HostConfig.Devices'],
    [
      'a device request',
      { DeviceRequests: [{ Count: -1, Capabilities: [['gpu']] }] },
      'devices HostConfig.DeviceRequests',
    ],
    [
      'a CDI device',
      { DeviceRequests: [{ Driver: 'cdi', DeviceIDs: ['x.com/y=z'] }] },
      'devices HostConfig.DeviceRequests',
    ],
    ['a device rule', { DeviceCgroupRules: ['c *:* rwm'] }, 'devices HostConfig.DeviceCgroupRules'],
    ['a capability', { CapAdd: ['SYS_ADMIN'] }, 'capabilities HostConfig.CapAdd'],
    ['a capability with its prefix', { CapAdd: ['cap_sys_admin'] }, 'capabilities HostConfig.CapAdd'],
    ['all capabilities', { CapAdd: ['all'] }, 'capabilities HostConfig.CapAdd'],
    ['all capabilities as one word', { CapAdd: 'ALL' }, 'capabilities HostConfig.CapAdd'],
    ['a security option', { SecurityOpt: ['seccomp=unconfined'] }, 'securityOptions HostConfig.SecurityOpt'],
    ['an open /proc', { MaskedPaths: [] }, 'securityOptions HostConfig.MaskedPaths'],
    ['a writable /proc', { ReadonlyPaths: [] }, 'securityOptions HostConfig.ReadonlyPaths'],
    ['a runtime', { Runtime: 'other' }, 'runtimes HostConfig.Runtime'],
    ['a kernel setting', { Sysctls: { 'net.core.somaxconn': '1' } }, 'refuse HostConfig.Sysctls'],
    ['a parent cgroup', { CgroupParent: '/x' }, 'refuse HostConfig.CgroupParent'],
    ['an annotation', { Annotations: { a: 'b' } }, 'refuse HostConfig.Annotations'],
    ['a low OOM score', { OomScoreAdj: -1 }, 'refuse HostConfig.OomScoreAdj'],
    ['a log driver that sends', { LogConfig: { Type: 'syslog' } }, 'logDrivers HostConfig.LogConfig'],
    ['a log driver that keeps', { LogConfig: { Type: 'journald' } }, 'logDrivers HostConfig.LogConfig'],
    ['a volume plugin', { VolumeDriver: 'plugin' }, 'volumeDrivers HostConfig.VolumeDriver'],
    ['a port', { PortBindings: { '80/tcp': [{ HostPort: '80' }] } }, 'ports HostConfig.PortBindings.80/tcp'],
    [
      'a range over the edge',
      { PortBindings: { '80/tcp': [{ HostPort: '8990-9001' }] } },
      'ports HostConfig.PortBindings.80/tcp',
    ],
    ['a random port', { PortBindings: { '80/tcp': [{ HostPort: '' }] } }, 'ports HostConfig.PortBindings.80/tcp'],
    ['port 0', { PortBindings: { '80/tcp': [{ HostPort: '0' }] } }, 'ports HostConfig.PortBindings.80/tcp'],
    ['all ports', { PublishAllPorts: true }, 'ports HostConfig.PublishAllPorts'],
    ['more memory', { Memory: 2000 }, 'memory HostConfig.Memory'],
    ['no memory limit', { Memory: 0 }, 'memory HostConfig.Memory'],
    ['a limit below zero', { Memory: -1 }, 'memory HostConfig.Memory'],
    ['more CPUs', { NanoCpus: 3e9 }, 'cpus HostConfig.NanoCpus'],
    ['no CPU limit', { NanoCpus: 0 }, 'cpus HostConfig.NanoCpus'],
    ['more CPUs by quota', { NanoCpus: 0, CpuQuota: 300_000 }, 'cpus HostConfig.NanoCpus'],
    ['more CPUs by a short period', { NanoCpus: 0, CpuQuota: 50_000, CpuPeriod: 1000 }, 'cpus HostConfig.NanoCpus'],
  ])('refuses %s', (_words, host, refusal) => {
    expect(create(host)).toEqual([refusal]);
  });

  it.each<[string, object, string]>([
    ['a path by a volume option', { type: 'none', o: 'bind', device: '/etc' }, 'hostPaths'],
    ['a path whatever the type says', { type: 'nfs', o: 'rbind,ro', device: '/etc' }, 'hostPaths'],
    ['a path without saying bind', { device: '/etc' }, 'hostPaths'],
    ['an overlay of the host', { type: 'overlay', o: 'lowerdir=/etc', device: 'overlay' }, 'hostPaths'],
    ['a bind with a further option', { type: 'none', o: 'bind,x=/etc', device: '/srv/data' }, 'hostPaths'],
    ['an option in capitals', { TYPE: 'none', O: 'bind', Device: '/etc' }, 'hostPaths'],
    ['a disk', { type: 'ext4', device: '/dev/sda1' }, 'devices'],
    ['a share of the network', { type: 'nfs', o: 'addr=192.0.2.1,rw', device: ':/x' }, 'volumeDrivers'],
  ])('refuses %s, as a mount of a container, of a service, and as a volume of its own', (_words, options, rule) => {
    const mount = {
      Type: 'volume',
      Target: '/x',
      VolumeOptions: { DriverConfig: { Name: 'local', Options: options } },
    };
    expect(create({ Mounts: [mount] })).toEqual([`${rule} HostConfig.Mounts[0].VolumeOptions.DriverConfig`]);
    expect(service({ Mounts: [mount] })).toEqual([
      `${rule} TaskTemplate.ContainerSpec.Mounts[0].VolumeOptions.DriverConfig`,
    ]);
    expect(refusals('POST /volumes/create', { Name: 'v', DriverOpts: options })).toEqual([`${rule} Driver`]);
  });

  it('allows a volume of an allowed path, a tmpfs, and an allowed share', () => {
    const volume = (DriverOpts: object, rules?: PolicyRules) =>
      refusals('POST /volumes/create', { Name: 'v', DriverOpts }, rules);
    expect(volume({ type: 'none', o: 'bind,ro', device: '/srv/data/x' })).toEqual([]);
    expect(volume({ type: 'tmpfs', device: 'tmpfs', o: 'size=1m' })).toEqual([]);
    expect(volume({ type: 'nfs', o: 'addr=192.0.2.1', device: ':/x' }, { volumeDrivers: ['nfs'] })).toEqual([]);
  });

  it('refuses whatever it can not judge: odd spellings, unknown fields, numbers as text', () => {
    expect(refusals('POST /containers/create', createText('"privileged":true'))).toEqual([
      'unknown HostConfig.Privileged',
      'refuse HostConfig.Privileged',
    ]);
    // Go folds the long s, toLowerCase does not.
    expect(refusals('POST /containers/create', createText('"Bind\u017f":["/etc:/x"]'))).toEqual([
      'unknown HostConfig.Binds',
      'hostPaths HostConfig.Binds',
    ]);
    expect(create({ Privileged: 'true' })).toContain('unknown HostConfig.Privileged');
    expect(create({ Memory: '1000' })).toEqual(['unknown HostConfig.Memory', 'memory HostConfig.Memory']);
    expect(create({ PortBindings: { '80/tcp': [{ HostPort: 80 }] } })[0]).toMatch(/^unknown/);
    expect(create({ Whatever: 1 })).toEqual(['unknown HostConfig.Whatever']);
    // 20.10 reads HostConfig's fields at the top level, too.
    expect(create({}, { Privileged: true })).toEqual(['unknown Privileged']);
  });

  it('never sees a field that stands twice, in any spelling: of two the engine would take the last', () => {
    expect(() => refusals('POST /containers/create', createText('"Binds":[],"Binds":["/etc:/x"]'))).toThrow('twice');
    expect(() => refusals('POST /containers/create', createText('"Binds":[],"binds":["/etc:/x"]'))).toThrow('twice');
  });

  it('lets the engine pick ports where the policy does', () => {
    const rules: PolicyRules = { ports: { ranges: [], random: true } };
    const random = {
      PublishAllPorts: true,
      PortBindings: { '80/tcp': [{ HostPort: '' }], '81/tcp': [{ HostPort: '00' }] },
    };
    expect(create(random, {}, rules)).toEqual([]);
    expect(create({ PortBindings: { '80/tcp': [{ HostPort: '8080' }] } }, {}, rules)).toHaveLength(1);
  });

  it('refuses a missing or another label', () => {
    expect(create({}, { Labels: {} })).toEqual(['labels Labels']);
    expect(create({}, { Labels: { team: '' } })).toEqual(['labels Labels']);
    expect(create({}, { Labels: { team: 'b' } }, { labels: ['team=a'] })).toEqual(['labels Labels']);
    expect(create({}, { Labels: { team: 'a' } }, { labels: ['team=a'] })).toEqual([]);
  });

  it('goes by the image as it is named', () => {
    const image = (Image: string, images: PolicyRules['images']) => create({}, { Image }, { images });
    const digest = `sha256:${'a'.repeat(64)}`;
    const hub = { allowed: ['redis', 'shop/*'] };
    expect(image('redis:7', hub)).toEqual([]);
    expect(image('docker.io/library/redis', hub)).toEqual([]);
    expect(image('index.docker.io/library/redis', hub)).toEqual([]);
    expect(image('shop/web', hub)).toEqual([]);
    expect(image('other.test/redis', hub)).toEqual(['images Image']);
    expect(image('other.test/shop/web', hub)).toEqual(['images Image']);
    expect(image('redis-evil', hub)).toEqual(['images Image']);
    // An id says nothing of where the image comes from, and neither does its beginning.
    expect(image(digest, { allowed: ['redis', 'sha256*'] })).toEqual(['images Image']);
    expect(image('abc', { allowed: ['a*'] })).toEqual(['images Image']);
    expect(image('abc', { allowed: ['*'] })).toEqual([]);
    expect(image(`registry.test/app@${digest}`, { digest: true })).toEqual([]);
    expect(image('registry.test/app:1', { digest: true })).toEqual(['images Image']);
    expect(image('registry.test/app@sha256:abc', { digest: true })).toEqual(['images Image']);
  });
});

// CVE-2026-44849: service create checked one of seven fields, service update none.
describe.each(['/services/create', '/services/x/update?version=1'])('a create policy at POST %s', (path) => {
  it.each<[string, object, object, string]>([
    ['a mount', { Mounts: [{ Type: 'bind', Source: '/etc' }] }, {}, 'hostPaths TaskTemplate.ContainerSpec.Mounts[0]'],
    ['a capability', { CapabilityAdd: ['CAP_SYS_ADMIN'] }, {}, 'capabilities TaskTemplate.ContainerSpec.CapabilityAdd'],
    ['a kernel setting', { Sysctls: { a: 'b' } }, {}, 'refuse TaskTemplate.ContainerSpec.Sysctls'],
    [
      'seccomp',
      { Privileges: { Seccomp: { Mode: 'unconfined' } } },
      {},
      'securityOptions TaskTemplate.ContainerSpec.Privileges.Seccomp',
    ],
    ['an image', { Image: 'evil' }, {}, 'images TaskTemplate.ContainerSpec.Image'],
    ['a plugin', {}, { Runtime: 'plugin' }, 'refuse TaskTemplate.Runtime'],
    ['a log driver', {}, { LogDriver: { Name: 'syslog' } }, 'logDrivers TaskTemplate.LogDriver'],
    ['the network of the host', {}, { Networks: [{ Target: 'host' }] }, 'namespaces TaskTemplate.Networks[0].Target'],
    [
      'no memory limit',
      {},
      { Resources: { Limits: { NanoCPUs: 1 } } },
      'memory TaskTemplate.Resources.Limits.MemoryBytes',
    ],
    ['no CPU limit', {}, { Resources: { Limits: { MemoryBytes: 1 } } }, 'cpus TaskTemplate.Resources.Limits.NanoCPUs'],
  ])('refuses %s', (_words, spec, task, refusal) => {
    expect(service(spec, task, path)).toEqual([refusal]);
  });

  it('refuses a port and a missing label', () => {
    const ports = { EndpointSpec: { Ports: [{ TargetPort: 80, PublishedPort: 80 }, { TargetPort: 81 }] } };
    expect(refusals(`POST ${path}`, { Name: 's', ...ports }, { ports: { ranges: ['8000-8999'] } })).toEqual([
      'ports EndpointSpec.Ports[0].PublishedPort',
      'ports EndpointSpec.Ports[1].PublishedPort',
    ]);
    expect(refusals(`POST ${path}`, { Name: 's' }, { labels: ['team'] })).toEqual(['labels Labels']);
  });
});

describe('a create policy on every other path', () => {
  it.each<[string, unknown, string[]]>([
    ['POST /containers/x/update', { Devices: [{ PathOnHost: '/dev/kvm' }] }, ['devices Devices']],
    ['POST /containers/x/update', { DeviceCgroupRules: ['c 1:1 r'] }, ['devices DeviceCgroupRules']],
    ['POST /containers/x/update', { CgroupParent: '/x' }, ['refuse CgroupParent']],
    ['POST /containers/x/update', { Memory: 2000 }, ['memory Memory']],
    ['POST /containers/x/update', { Memory: -1 }, ['memory Memory']],
    ['POST /containers/x/update', { NanoCpus: 3e9 }, ['cpus NanoCpus']],
    ['POST /containers/x/update', { CpuQuota: -1 }, ['cpus NanoCpus']],
    ['POST /containers/x/update', { CpuPeriod: 1000 }, ['cpus NanoCpus']],
    // Little, but of which period?
    ['POST /containers/x/update', { CpuQuota: 50_000 }, ['cpus NanoCpus']],
    ['POST /containers/x/update', { CpuQuota: 300_000, CpuPeriod: 100_000 }, ['cpus NanoCpus']],
    ['POST /containers/x/update', { RestartPolicy: { Name: 'always' }, Memory: 0 }, []],
    ['POST /containers/x/update', { Memory: 500, CpuQuota: 100_000, CpuPeriod: 100_000 }, []],
    ['POST /containers/x/exec', { Cmd: ['sh'], Privileged: true }, ['refuse Privileged']],
    ['POST /containers/x/exec', { Cmd: ['sh'] }, []],
    ['POST /containers/x/start?checkpoint=a&checkpoint-dir=/etc', undefined, ['hostPaths checkpoint-dir']],
    ['POST /build?networkmode=host', undefined, ['images t', 'namespaces networkmode']],
    ['POST /build?remote=https://x.test/y.git', undefined, ['images t', 'refuse remote']],
    ['POST /build?cgroupparent=/x', undefined, ['images t', 'refuse cgroupparent']],
    ['POST /build?securityopt=seccomp=unconfined', undefined, ['images t', 'securityOptions securityopt']],
    ['POST /build?session=x', undefined, ['images t', 'refuse session']],
    ['POST /commit?container=x&repo=a', undefined, ['images repo']],
    ['POST /commit?container=x&repo=a&changes=RUN+x', undefined, ['unknown changes', 'images repo']],
    ['POST /images/x/tag?repo=registry.test/app', undefined, ['images repo']],
    ['POST /images/load', undefined, ['images the body']],
    ['POST /images/create?fromSrc=-&repo=a', undefined, ['images repo']],
    ['POST /images/create?fromSrc=https://x.test/y', undefined, ['refuse fromSrc', 'images repo']],
    ['POST /images/create?fromImage=evil&tag=1', undefined, ['images fromImage']],
    ['POST /images/create?fromImage=registry.test/app&tag=1', undefined, []],
    ['POST /volumes/create', { Driver: 'plugin' }, ['volumeDrivers Driver']],
    ['POST /volumes/create', { ClusterVolumeSpec: { Group: 'x' } }, ['volumeDrivers ClusterVolumeSpec']],
    ['POST /networks/create', { Name: 'n', Driver: 'macvlan' }, ['networkDrivers Driver']],
    ['POST /networks/create', { Name: 'n', Driver: 'host' }, ['networkDrivers Driver']],
    ['POST /networks/create', { Name: 'n', Options: { parent: 'eth0' } }, ['networkDrivers Options.parent']],
    ['POST /networks/create', { Name: 'n', IPAM: { Driver: 'x' } }, ['networkDrivers IPAM.Driver']],
    [
      'POST /networks/n/connect',
      { Container: 'x', EndpointConfig: { DriverOpts: { 'com.docker.network.endpoint.sysctls': 'a=b' } } },
      ['refuse EndpointConfig.DriverOpts.com.docker.network.endpoint.sysctls'],
    ],
    // CVE-2026-44848: /plugins passed through, which is root on the host.
    ['POST /plugins/pull?remote=x', undefined, ['refuse plugin.pull']],
    ['POST /plugins/create?name=x', undefined, ['refuse plugin.create']],
    ['POST /plugins/x/enable', undefined, ['refuse plugin.enable']],
    ['POST /plugins/x/upgrade?remote=x', undefined, ['refuse plugin.upgrade']],
    ['POST /plugins/x/set', ['a=b'], ['refuse plugin.set']],
    ['POST /session', undefined, ['refuse session.open']],
    ['POST /swarm/join', { RemoteAddrs: ['192.0.2.1:2377'] }, ['refuse RemoteAddrs']],
    [
      'POST /swarm/init',
      { Spec: { TaskDefaults: { LogDriver: { Name: 'syslog' } } } },
      ['logDrivers TaskDefaults.LogDriver'],
    ],
    ['POST /secrets/create', { Name: 's', Driver: { Name: 'x' } }, ['refuse Driver']],
  ])('%s %j: %j', (request, body, expected) => {
    const found = refusals(request, body);
    expect([...new Set(found)].sort()).toEqual([...expected].sort());
  });

  it('refuses sessions, which make images unseen, where all images come from registries', () => {
    const rules: PolicyRules = { images: { fromRegistries: true } };
    for (const path of ['/session', '/grpc']) expect(refusals(`POST ${path}`, undefined, rules)).not.toEqual([]);
    expect(refusals('POST /session', undefined, { images: { allowed: [] } })).toEqual([]);
  });

  it('judges what the objects of a request bring along, and a start by what the container reaches', () => {
    const reach = volumeHostAccess({
      Name: 'v',
      Driver: 'local',
      Options: { type: 'none', o: 'bind', device: '/etc' },
    });
    expect(refusals('POST /containers/create', { ...good, HostConfig: limits }, strict, reach)).toEqual([
      'hostPaths Options',
    ]);
    const mounted = { HostConfig: {}, Mounts: [{ Type: 'bind', Source: '/etc' }] };
    const old = containerHostAccess(mounted);
    expect(refusals('POST /containers/x/start', undefined, strict, old)).toEqual(['hostPaths Mounts']);
    expect(refusals('POST /containers/x/restart', undefined, strict, old)).toEqual(['hostPaths Mounts']);
    // Who may enter or stop what runs is for the grants: else nobody could set it right.
    expect(refusals('POST /containers/x/exec', { Cmd: ['sh'] }, strict, old)).toEqual([]);
    expect(refusals('POST /containers/x/attach', undefined, strict, old)).toEqual([]);
  });

  it('judges the start of a privileged process that was made before', () => {
    const reach = execHostAccess({ ProcessConfig: { privileged: true } });
    expect(refusals('POST /exec/x/start', {}, strict, reach)).toEqual(['refuse ProcessConfig.privileged']);
  });

  it('judges the network of the host by any other name', () => {
    const reach = networkHostAccess({ Driver: 'host' });
    expect(
      refusals('POST /containers/create', { ...good, HostConfig: { ...limits, NetworkMode: 'h' } }, strict, reach),
    ).toEqual(['namespaces Driver']);
  });

  it('judges what a rollback brings back, and lets a service be set right', () => {
    const spec = { TaskTemplate: { ContainerSpec: { Mounts: [{ Type: 'bind', Source: '/etc' }] } } };
    const body = { Name: 's', Labels: { team: 'a' } };
    const rules: PolicyRules = { hostPaths: [] };
    const was = serviceHostAccess({ Spec: spec });
    const before = serviceHostAccess({ Spec: {}, PreviousSpec: spec });
    expect(refusals('POST /services/x/update?version=1', body, rules, was)).toEqual([]);
    expect(refusals('POST /services/x/update?version=1&rollback=previous', body, rules, before)).toEqual([
      'hostPaths PreviousSpec.TaskTemplate.ContainerSpec.Mounts[0]',
    ]);
  });
});

describe('policies', () => {
  it('restrict nothing that they have no rule for', () => {
    const everything = { Privileged: true, Binds: ['/:/host'], PidMode: 'host', CapAdd: ['ALL'], Odd: 1 };
    expect(create(everything, {}, {})).toEqual([]);
    expect(create({ Privileged: true, PidMode: 'host' }, {}, { hostPaths: [] })).toEqual([]);
  });

  it('say in a refusal which field, which rule of which policy, and who can change it', () => {
    const classified = classify('POST', '/containers/create', '');
    const inspected = inspect(classified, Buffer.from(JSON.stringify({ HostConfig: { Binds: ['/etc:/x'] } })));
    const [violation] = judgeByPolicies([policy({ hostPaths: ['/srv'] })], { facts: inspected.hostAccess });
    expect(violation?.sentence).toBe(
      'HostConfig.Binds: the host path "/etc" is not within those allowed (/srv) by the policy "strict". An administrator can change it.',
    );
  });
});
