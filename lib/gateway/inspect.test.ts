import { describe, expect, it } from 'vitest';
import { isAppError } from '#lib/shared/errors.ts';
import { maskMarker } from '#lib/shared/mask.ts';
import { classify } from './classify.ts';
import { bodyBytesMax, checkContentType, inspect } from './inspect.ts';

const inspectRaw = (request: string, body?: string) => {
  const [method = '', target = ''] = request.split(' ');
  const [path = '', query = ''] = target.split('?');
  return inspect(classify(method, path, query), body === undefined ? undefined : Buffer.from(body));
};
const inspectBody = (request: string, body: unknown) => inspectRaw(request, JSON.stringify(body));
const create = (body: object) => inspectBody('POST /containers/create', { Image: 'busybox', ...body });
const host = (hostConfig: object) => create({ HostConfig: hostConfig });
const fields = (inspected: ReturnType<typeof inspect>) => inspected.hostAccess.map(({ field }) => field);

function code(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}

describe('host access in a container', () => {
  it('is not what ordinary containers ask for', () => {
    const ordinary = create({
      Cmd: ['sh'],
      Env: ['A=1'],
      Volumes: { '/data': {} },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        Binds: ['data:/data:rw', '/anonymous'],
        Mounts: [{ Type: 'volume', Source: 'v', Target: '/v', VolumeOptions: { DriverConfig: { Name: 'local' } } }],
        Tmpfs: { '/run': 'size=1m' },
        NetworkMode: 'web',
        PortBindings: { '80/tcp': [{ HostPort: '8080' }] },
        CapAdd: ['CAP_NET_RAW', 'chown'],
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges:true'],
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m' } },
        Privileged: false,
        Devices: [],
        Runtime: '',
        MaskedPaths: null,
        ReadonlyPaths: null,
        PidMode: '',
        IpcMode: 'private',
        Sysctls: {},
        OomScoreAdj: 500,
        RestartPolicy: { Name: 'always', MaximumRetryCount: 0 },
      },
      NetworkingConfig: { EndpointsConfig: { web: { Aliases: ['x'] } } },
    });
    expect(ordinary.hostAccess).toEqual([]);
    expect(ordinary.references.map(({ kind, name, use }) => `${kind} ${name} ${use}`).sort()).toEqual([
      'image busybox image',
      'network web join',
      'network web join',
      'volume data mount',
      'volume v mount',
    ]);
  });

  it.each([
    ['Privileged', true],
    ['Binds', ['/:/host']],
    ['Binds', ['data:/d', '/var/run/docker.sock:/s']],
    ['Binds', ['./x:/x']],
    ['Binds', ['~/x:/x']],
    ['Mounts', [{ Type: 'bind', Source: '/', Target: '/host' }]],
    ['Mounts', [{ Type: 'npipe', Source: '//./pipe/docker', Target: '/p' }]],
    ['Mounts', [{ Type: 'cluster', Source: 'v', Target: '/p' }]],
    ['Mounts', [{ Source: '/', Target: '/p' }]],
    ['Mounts', [{ Type: 'Bind', Source: '/', Target: '/p' }]],
    ['Mounts', [{ Type: 'volume', Source: '/etc', Target: '/p' }]],
    ['Mounts', [{ Type: 'volume', Target: '/p', BindOptions: { Propagation: 'rshared' } }]],
    ['Mounts', [{ Type: 'volume', Target: '/p', VolumeOptions: { DriverConfig: { Name: 'sshfs' } } }]],
    [
      'Mounts',
      [
        {
          Type: 'volume',
          Target: '/p',
          VolumeOptions: { DriverConfig: { Options: { type: 'none', o: 'bind', device: '/' } } },
        },
      ],
    ],
    ['VolumeDriver', 'rexray'],
    ['PidMode', 'host'],
    ['IpcMode', 'host'],
    ['NetworkMode', 'host'],
    ['NetworkMode', 'ns:/proc/1/ns/net'],
    ['UTSMode', 'host'],
    ['UTSMode', 'container:x'],
    ['UsernsMode', 'host'],
    ['CgroupnsMode', 'host'],
    ['Cgroup', 'container:x'],
    ['Devices', [{ PathOnHost: '/dev/sda', PathInContainer: '/dev/sda', CgroupPermissions: 'rwm' }]],
    ['DeviceRequests', [{ Driver: 'cdi', DeviceIDs: ['x'] }]],
    ['DeviceCgroupRules', ['a *:* rwm']],
    ['CapAdd', ['SYS_ADMIN']],
    ['CapAdd', ['cap_sys_ptrace']],
    ['CapAdd', ['ALL']],
    ['CapAdd', 'ALL'],
    ['SecurityOpt', ['seccomp=unconfined']],
    ['SecurityOpt', ['no-new-privileges=false']],
    ['MaskedPaths', []],
    ['ReadonlyPaths', []],
    ['Sysctls', { 'kernel.msgmax': '1' }],
    ['Runtime', 'other'],
    ['CgroupParent', '/'],
    ['OomScoreAdj', -1],
    ['Annotations', { x: 'y' }],
    ['ContainerIDFile', '/etc/x'],
    ['LogConfig', { Type: 'syslog' }],
    ['LogConfig', { Type: 'gelf', Config: { 'gelf-address': 'udp://10.0.0.1:1' } }],
    ['LogConfig', { Config: { 'fluentd-address': '10.0.0.1:1' } }],
    ['LogConfig', { Type: 'a-plugin' }],
  ])('is %s %j', (field, value) => {
    const found = host({ [field]: value });
    expect(fields(found)).not.toEqual([]);
    for (const named of fields(found)) expect(named).toContain(`HostConfig.${field}`);
    expect(found.hostAccess[0]?.sentence).toMatch(/\.$/);
  });

  it('is also a HostConfig field at the top, which 20.10 obeys', () => {
    expect(fields(create({ Privileged: true }))).toEqual(['Privileged']);
    expect(fields(create({ Binds: ['/:/h'] }))).toEqual(['Binds']);
  });

  it('names containers whose namespaces and volumes it would use, for the door to decide', () => {
    const found = host({
      PidMode: 'container:a',
      IpcMode: 'container:b',
      NetworkMode: 'container:c',
      VolumesFrom: ['d:ro'],
      Links: ['/e:alias'],
    });
    expect(found.hostAccess).toEqual([]);
    expect(found.references.map(({ name, use }) => `${name} ${use}`)).toEqual(
      expect.arrayContaining(['a namespace', 'b namespace', 'c namespace', 'd volumes-from', 'e link']),
    );
  });

  it('sees the host’s network under every way to join one', () => {
    expect(fields(create({ NetworkingConfig: { EndpointsConfig: { host: {} } } }))).toHaveLength(1);
    const byId = create({ NetworkingConfig: { EndpointsConfig: { web: { NetworkID: 'f00' } } } });
    expect(byId.references).toContainEqual(expect.objectContaining({ kind: 'network', name: 'f00', use: 'join' }));
    const sysctl = { DriverOpts: { 'com.docker.network.endpoint.sysctls': 'net.ipv4.conf.IFNAME.forwarding=1' } };
    expect(fields(create({ NetworkingConfig: { EndpointsConfig: { web: sysctl } } }))).toHaveLength(1);
  });

  it('is judged the same in an update', () => {
    expect(fields(inspectBody('POST /containers/x/update', { Devices: [{ PathOnHost: '/dev/sda' }] }))).toEqual([
      'Devices',
    ]);
    expect(fields(inspectBody('POST /containers/x/update', { CgroupParent: '/' }))).toEqual(['CgroupParent']);
    expect(fields(inspectBody('POST /containers/x/update', { Memory: 1, RestartPolicy: { Name: 'no' } }))).toEqual([]);
    expect(fields(inspectBody('POST /containers/x/update', { Privileged: true }))).toContain('Privileged');
  });

  it('is a privileged exec', () => {
    expect(fields(inspectBody('POST /containers/x/exec', { Cmd: ['sh'], Privileged: true }))).toEqual(['Privileged']);
    expect(fields(inspectBody('POST /containers/x/exec', { Cmd: ['sh'], User: 'root', Tty: true }))).toEqual([]);
  });

  it('is a start from a checkpoint in a directory of the host', () => {
    expect(fields(inspectRaw('POST /containers/x/start?checkpoint=c&checkpoint-dir=%2Fetc'))).toEqual([
      'checkpoint-dir',
    ]);
  });
});

describe('keys', () => {
  it.each(['hostconfig', 'HOSTCONFIG', 'Ho\u017ftConfig'])('finds privileged under %s', (key) => {
    const found = create({ [key]: { Privileged: true } });
    expect(fields(found)).toEqual(['HostConfig', 'HostConfig.Privileged']);
  });

  it.each(['Bind\u017f', 'binds', 'BINDS'])(
    'finds host paths under %s, and forwards the name that was inspected',
    (key) => {
      const found = host({ [key]: ['/:/h'] });
      expect(fields(found)).toContain('HostConfig.Binds');
      expect(JSON.parse(String(found.body))).toMatchObject({ HostConfig: { Binds: ['/:/h'] } });
    },
  );

  it('folds the Kelvin sign', () => {
    expect(fields(host({ Networ\u212aMode: 'host' }))).toHaveLength(2);
  });

  // Attack: JSON seen differently.
  it('refuses two spellings of one field and exact duplicates, whoever asks', () => {
    for (const body of [
      '{"Image":"a","HostConfig":{},"hostconfig":{"Privileged":true}}',
      '{"Image":"a","HostConfig":{"Privileged":false,"Privileged":true}}',
      '{"Image":"a","HostConfig":{"Privileged":false,"Privilege\\u0064":true}}',
      '{"Image":"a","HostConfig":{"Binds":[],"Bind\u017f":["/:/h"]}}',
      '{"Image":"a","Labels":{"x":"1","x":"2"}}',
      '{"Image":"a","Unknown":{"x":"1","x":"2"}}',
    ]) {
      expect(
        code(() => inspectRaw('POST /containers/create', body)),
        body,
      ).toBe('bad-request');
    }
  });

  it('lets map positions have any key', () => {
    expect(create({ Labels: { Privileged: 'x', HostConfig: 'y', a: '', A: '', __proto__: 'z' } }).hostAccess).toEqual(
      [],
    );
  });

  it('takes unknown fields and wrong types for host access', () => {
    expect(fields(host({ NewThing: 1 }))).toEqual(['HostConfig.NewThing']);
    expect(fields(host({ Privileged: 'true' }))).toContain('HostConfig.Privileged');
    expect(fields(host({ Binds: { a: 'b' } }))).toContain('HostConfig.Binds');
    expect(fields(host({ Memory: '1' }))).toEqual(['HostConfig.Memory']);
    expect(fields(host({ PidMode: 1 }))).toEqual(['HostConfig.PidMode']);
    expect(fields(host({ Tmpfs: { a: true } }))).toEqual(['HostConfig.Tmpfs.a']);
    expect(fields(inspectRaw('POST /containers/create', '[{"HostConfig":{"Privileged":true}}]'))).toEqual(['the body']);
    expect(fields(host({ Mounts: [[{ Type: 'bind' }]] }))).toContain('HostConfig.Mounts[0]');
  });

  it('takes what real clients send beside the definition', () => {
    expect(create({ PortSpecs: null, StdInOnce: false }).hostAccess).toEqual([]);
    const nullNetwork = create({ NetworkingConfig: { bridge: null } });
    expect(nullNetwork.hostAccess).toEqual([]);
    expect(String(nullNetwork.body)).toBe('{"Image":"busybox","NetworkingConfig":{}}');
    const repeated = inspectBody('POST /containers/create?name=c', { name: 'c', Image: 'busybox' });
    expect(repeated.hostAccess).toEqual([]);
    expect(String(repeated.body)).toBe('{"Image":"busybox"}');
    expect(inspectBody('POST /containers/x/stop?t=1', { t: 1 }).body).toBeUndefined();
    expect(inspectBody('POST /exec/x/start', { hijack: true, stdin: true, Tty: false }).hostAccess).toEqual([]);
    expect(inspectBody('POST /containers/x/exec', { Container: 'x', Cmd: ['a'] }).hostAccess).toEqual([]);
  });
});

describe('what goes on', () => {
  it('is what was inspected, with large integers unharmed', () => {
    const body =
      '{ "Image" : "a", "HostConfig": {"Memory": 9007199254740993, "Ulimits": [{"Hard": -1}]}, "Labels": {"b":"1","a":"2"} }';
    expect(String(inspectRaw('POST /containers/create', body).body)).toBe(
      '{"Image":"a","HostConfig":{"Memory":9007199254740993,"Ulimits":[{"Hard":-1}]},"Labels":{"b":"1","a":"2"}}',
    );
  });

  it('is nothing where the operation takes no body, and never a body that old engines would read', () => {
    expect(inspectRaw('POST /containers/x/start', '{}').body).toBeUndefined();
    expect(inspectRaw('POST /containers/x/start', '').body).toBeUndefined();
    expect(code(() => inspectRaw('POST /containers/x/start', '{"Privileged":true}'))).toBe('bad-request');
    expect(code(() => inspectRaw('POST /containers/x/stop', '{"t":1,"HostConfig":{}}'))).toBe('bad-request');
    expect(code(() => inspectRaw('POST /containers/x/stop', '[]'))).toBe('bad-request');
  });

  it('is refused over 4 MiB, without a body where one is needed, and with the mask anywhere', () => {
    const large = JSON.stringify({ Image: 'a'.repeat(bodyBytesMax) });
    expect(code(() => inspectRaw('POST /containers/create', large))).toBe('too-large');
    expect(code(() => inspectRaw('POST /containers/create'))).toBe('bad-request');
    expect(code(() => inspectRaw('POST /containers/create', 'null'))).toBe('bad-request');
    expect(code(() => inspectRaw('POST /commit?container=c', 'null'))).toBe('ok');
    expect(code(() => create({ Env: [`A=${maskMarker}`] }))).toBe('bad-request');
    expect(code(() => create({ Labels: { [maskMarker]: '' } }))).toBe('bad-request');
    expect(code(() => create({ Unknown: [[maskMarker]] }))).toBe('bad-request');
    const data = Buffer.from(maskMarker).toString('base64');
    expect(code(() => inspectBody('POST /configs/create', { Name: 'c', Data: data }))).toBe('bad-request');
    const escaped = JSON.stringify({ Image: maskMarker }).replace('[', '\\u005b');
    expect(code(() => inspectRaw('POST /containers/create', escaped))).toBe('bad-request');
  });
});

describe('content types', () => {
  it('refuses forms everywhere: a form body beats the query on real engines', () => {
    for (const request of [
      'POST /containers/x/start',
      'POST /build',
      'POST /containers/create',
      'POST /containers/x/rename',
    ]) {
      const [method = '', path = ''] = request.split(' ');
      const classified = classify(method, path, '');
      for (const type of ['application/x-www-form-urlencoded', 'Multipart/Form-Data; boundary=x']) {
        expect(
          code(() => checkContentType(classified, type)),
          `${request} ${type}`,
        ).toBe('bad-request');
      }
    }
    expect(code(() => checkContentType(classify('POST', '/build', ''), 'application/x-tar'))).toBe('ok');
    expect(code(() => checkContentType(classify('POST', '/containers/create', ''), 'application/xml'))).toBe(
      'bad-request',
    );
    expect(code(() => checkContentType(classify('POST', '/containers/create', ''), undefined))).toBe('ok');
  });
});

describe('builds, imports and commits', () => {
  it.each([
    'networkmode=host',
    'networkmode=ns:x',
    'remote=https%3A%2F%2Fexample.com%2Fx.git',
    'remote=client-session',
    'session=s',
    'cgroupparent=%2F',
    'securityopt=seccomp%3Dunconfined',
  ])('%s is host access', (query) => {
    expect(inspectRaw(`POST /build?${query}`).hostAccess.length).toBeGreaterThan(0);
  });

  it('a plain build is not', () => {
    const found = inspectRaw('POST /build?t=a&networkmode=default&extrahosts=x%3A10.0.0.1&buildargs=%7B%7D');
    expect(found.hostAccess).toEqual([]);
    expect(inspectRaw('POST /build?networkmode=container%3Ac').references).toContainEqual(
      expect.objectContaining({ kind: 'container', name: 'c', use: 'namespace' }),
    );
  });

  it('an import from a URL is host access, from the body not', () => {
    expect(fields(inspectRaw('POST /images/create?fromSrc=http%3A%2F%2Fexample.com%2Fx.tar'))).toEqual(['fromSrc']);
    expect(fields(inspectRaw('POST /images/create?fromSrc=-'))).toEqual([]);
  });

  it('changes may only describe the image', () => {
    const commit = (changes: string) =>
      fields(inspectRaw(`POST /commit?container=c&changes=${encodeURIComponent(changes)}`));
    expect(commit('CMD ["x"]\nENV A=1 \\\n B=2\nexpose 80')).toEqual([]);
    expect(commit('ENV A=1\nRUN id')).toEqual(['changes']);
    expect(commit('ADD http://x /')).toEqual(['changes']);
  });
});

describe('volumes and networks', () => {
  const volume = (body: object) => fields(inspectBody('POST /volumes/create', { Name: 'v', ...body }));

  it.each([
    { Driver: 'sshfs' },
    { DriverOpts: { type: 'none', o: 'bind', device: '/' } },
    { Driver: 'local', DriverOpts: { device: '/dev/sda1', type: 'ext4' } },
    { DriverOpts: { o: 'bind' } },
    { DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'bind' } },
    { DriverOpts: { type: 'tmpfs', device: '/etc', o: 'size=1m' } },
    { DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=1m,remount' } },
    { DriverOpts: { other: '1' } },
    { ClusterVolumeSpec: {} },
  ])('host access is the volume %j', (body) => {
    expect(volume(body).length).toBeGreaterThan(0);
  });

  it('host access is not a plain or a tmpfs volume', () => {
    expect(volume({ Driver: 'local', DriverOpts: {}, Labels: { type: 'x' } })).toEqual([]);
    expect(volume({ DriverOpts: { type: 'tmpfs', device: 'tmpfs', o: 'size=100m,uid=1000' } })).toEqual([]);
    expect(inspectRaw('POST /volumes/create').hostAccess).toEqual([]);
  });

  it('networks that reach the host’s own are host access', () => {
    const network = (body: object) => fields(inspectBody('POST /networks/create', { Name: 'n', ...body }));
    expect(network({ Driver: 'bridge', IPAM: { Driver: 'default', Config: [{ Subnet: '10.9.0.0/24' }] } })).toEqual([]);
    expect(network({ Driver: 'macvlan', Options: { parent: 'eth0' } })).toEqual(['Driver', 'Options.parent']);
    expect(network({ Options: { 'com.docker.network.bridge.name': 'br-lan' } })).toHaveLength(1);
    expect(network({ IPAM: { Driver: 'plugin' } })).toEqual(['IPAM.Driver']);
  });

  it('connecting names the network, which may be the host’s under another name', () => {
    const found = inspectBody('POST /networks/a%20b/connect', { Container: 'c' });
    expect(found.references).toEqual([{ kind: 'network', name: 'a b', use: 'join', field: 'path' }]);
  });

  it('connecting and disconnecting decide about the container in the body too', () => {
    for (const verb of ['connect', 'disconnect']) {
      const found = inspectBody(`POST /networks/n/${verb}`, { Container: 'c' });
      expect(found.targets.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['network n', 'container c']);
      expect(code(() => inspectBody(`POST /networks/n/${verb}`, {}))).toBe('bad-request');
      const folded = inspectBody(`POST /networks/n/${verb}`, { container: 'c' });
      expect(folded.targets.map(({ name }) => name)).toContain('c');
    }
  });
});

describe('swarm', () => {
  const spec = (containerSpec: object, task: object = {}) => ({
    Name: 's',
    TaskTemplate: { ContainerSpec: { Image: 'busybox', ...containerSpec }, ...task },
  });

  it.each<[object, object?]>([
    [{ Mounts: [{ Type: 'bind', Source: '/', Target: '/h' }] }],
    [{ Mounts: [{ Type: 'volume', Target: '/h', VolumeOptions: { DriverConfig: { Options: { o: 'bind' } } } }] }],
    [{ CapabilityAdd: ['CAP_SYS_ADMIN'] }],
    [{ Privileges: { Seccomp: { Mode: 'unconfined' } } }],
    [{ Privileges: { AppArmor: { Mode: 'disabled' } } }],
    [{ Sysctls: { a: 'b' } }],
    [{ OomScoreAdj: -5 }],
    [{}, { LogDriver: { Name: 'syslog' } }],
    [{}, { Networks: [{ Target: 'host' }] }],
    [{}, { Runtime: 'plugin', PluginSpec: { name: 'x' } }],
    [{}, { Runtime: 'attachment' }],
  ])('%j %j is host access in a create and in an update alike', (containerSpec, task = {}) => {
    for (const request of ['POST /services/create', 'POST /services/s/update?version=1']) {
      expect(inspectBody(request, spec(containerSpec, task)).hostAccess.length, request).toBeGreaterThan(0);
    }
  });

  it('a plain service is not', () => {
    const plain = spec(
      { Env: ['A=1'], Privileges: { NoNewPrivileges: true }, Mounts: [{ Type: 'volume', Source: 'v', Target: '/v' }] },
      { Networks: [{ Target: 'web' }], Resources: { Limits: { MemoryBytes: 1 } } },
    );
    const found = inspectBody('POST /services/create', { ...plain, Mode: { Replicated: { Replicas: 2 } } });
    expect(found.hostAccess).toEqual([]);
    expect(found.references.map(({ name, use }) => `${name} ${use}`)).toEqual(['web join', 'busybox image', 'v mount']);
  });

  it('secrets of drivers, external authorities and joining are host access', () => {
    expect(fields(inspectBody('POST /secrets/create', { Name: 's', Driver: { Name: 'vault' } }))).toEqual(['Driver']);
    const join = { RemoteAddrs: ['10.0.0.2:2377'], JoinToken: 't' };
    expect(fields(inspectBody('POST /swarm/join', join))).toEqual(['RemoteAddrs']);
    const authority = { CAConfig: { ExternalCAs: [{ URL: 'https://ca.example' }] } };
    expect(inspectBody('POST /swarm/init', { Spec: authority }).hostAccess).toHaveLength(1);
    expect(inspectBody('POST /swarm/update?version=1', authority).hostAccess).toHaveLength(1);
  });
});

describe('plugins and BuildKit', () => {
  it.each([
    'POST /grpc',
    'POST /session',
    'POST /plugins/pull?remote=x',
    'POST /plugins/x/enable',
    'DELETE /plugins/x',
  ])('%s is host access whatever it carries', (request) => {
    expect(inspectRaw(request).hostAccess).toHaveLength(1);
  });
});

describe('calling out', () => {
  it('a login anywhere but at Docker Hub is host access', () => {
    const login = (serveraddress?: string) =>
      fields(inspectBody('POST /auth', { username: 'u', password: 'p', serveraddress }));
    expect(login()).toEqual([]);
    expect(login('https://index.docker.io/v1/')).toEqual([]);
    expect(login('registry.example')).toEqual(['serveraddress']);
    expect(login('docker.io@evil.example')).toEqual(['serveraddress']);
    expect(login('docker.io.evil.example')).toEqual(['serveraddress']);
  });

  it.each([
    '169.254.169.254',
    '169.254.169.254:80',
    'http://169.254.169.254/latest',
    'http://x@169.254.169.254/',
    '2852039166',
    '0xa9fea9fe',
    '0251.0376.0251.0376',
    '[fe80::1]:80',
    '[::ffff:169.254.169.254]',
    '[64:ff9b::a9fe:a9fe]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    'metadata.google.internal',
    'METADATA.google.internal.',
  ])('nobody may make an engine call %s', (address) => {
    expect(code(() => inspectBody('POST /auth', { serveraddress: address }))).toBe('forbidden');
    const remote = encodeURIComponent(address.startsWith('http') ? address : `http://${address}/x`);
    expect(code(() => inspectRaw(`POST /build?remote=${remote}`))).toBe('forbidden');
    expect(code(() => inspectRaw(`POST /images/create?fromSrc=${remote}`))).toBe('forbidden');
    const log = { Type: 'gelf', Config: { 'gelf-address': address } };
    expect(code(() => host({ LogConfig: log }))).toBe('forbidden');
  });

  it('nor pull, push, search or mount from there', () => {
    expect(code(() => inspectRaw('POST /images/create?fromImage=169.254.169.254%2Fa'))).toBe('forbidden');
    expect(code(() => inspectRaw('POST /images/169.254.169.254:80/a/push'))).toBe('forbidden');
    expect(code(() => inspectRaw('GET /distribution/169.254.169.254/a/json'))).toBe('forbidden');
    expect(code(() => inspectRaw('GET /images/search?term=169.254.169.254%2Fa'))).toBe('forbidden');
    expect(code(() => inspectRaw('POST /plugins/pull?remote=169.254.169.254%2Fa'))).toBe('forbidden');
    expect(code(() => inspectRaw('POST /build?extrahosts=x%3A169.254.169.254'))).toBe('forbidden');
    const service = { TaskTemplate: { ContainerSpec: { Image: '169.254.169.254/a' } } };
    expect(code(() => inspectBody('POST /services/create', service))).toBe('forbidden');
    const share = { type: 'nfs', o: 'addr=169.254.169.254', device: ':/x' };
    expect(code(() => inspectBody('POST /volumes/create', { DriverOpts: share }))).toBe('forbidden');
    expect(code(() => inspectRaw('POST /images/create?fromImage=registry.example%2Fa'))).toBe('ok');
  });
});

describe('the record', () => {
  it('has the query and the body without secrets', () => {
    const { params } = create({
      Env: ['PASSWORD=hunter2', 'PLAIN'],
      Labels: { 'app.token': 'hunter2', app: 'web' },
      HostConfig: { LogConfig: { Type: 'splunk', Config: { 'splunk-token': 'hunter2' } } },
    });
    expect(JSON.stringify(params)).not.toContain('hunter2');
    expect(params).toMatchObject({
      body: { Env: [`PASSWORD=${maskMarker}`, 'PLAIN'], Labels: { 'app.token': maskMarker, app: 'web' } },
    });
  });

  it.each([
    ['POST /auth', { username: 'u', password: 'hunter2', auth: 'hunter2', identitytoken: 'hunter2' }],
    ['POST /secrets/create', { Name: 's', Data: 'hunter2' }],
    ['POST /swarm/join', { JoinToken: 'hunter2' }],
    ['POST /swarm/unlock', { UnlockKey: 'hunter2' }],
    ['POST /volumes/create', { DriverOpts: { type: 'cifs', o: 'password=hunter2', device: '//x/y' } }],
    ['POST /containers/x/exec', { Cmd: ['sh'], Env: ['A=hunter2'] }],
    ['POST /services/create', { TaskTemplate: { ContainerSpec: { Env: ['A=hunter2'] } } }],
    ['POST /build?buildargs=%7B%22A%22%3A%22hunter2%22%7D', undefined],
    ['POST /commit?container=c&changes=ENV+A%3Dhunter2', undefined],
    ['POST /images/create?fromSrc=http%3A%2F%2Fu%3Ahunter2%40example.com%2Fx', undefined],
  ])('hides the secret in %s', (request, body) => {
    const { params } = body === undefined ? inspectRaw(request) : inspectBody(request, body);
    expect(JSON.stringify(params)).not.toContain('hunter2');
  });
});
