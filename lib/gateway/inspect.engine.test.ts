import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isAppError } from '#lib/shared/errors.ts';
import { type Lab, type LabEngine, startLab } from '#tests/lab/lab.ts';
import { classify } from './classify.ts';
import { containerHostAccess } from './host-access.ts';
import { inspect } from './inspect.ts';
import type { Inspected } from './inspected.ts';

// The differential half of the fuzzing: what inspect says has no host access goes to a real engine as it would be
// forwarded, and the object that the engine made of it must have none by the literal check below. A fixed seed keeps
// the run the same everywhere; FUZZ_SEED and FUZZ_RUNS explore further.
const seed = Number(process.env.FUZZ_SEED ?? 20_261_126);
const numRuns = Number(process.env.FUZZ_RUNS ?? 100);

let lab: Lab;
let engines: Record<'debian' | 'newest', LabEngine>;

beforeAll(async () => {
  lab = await startLab();
  const [debian, newest] = await Promise.all([lab.engine({ version: 'debian' }), lab.engine({ version: 'newest' })]);
  engines = { debian, newest };
  await Promise.all([debian.busybox(), newest.busybox()]);
});
afterAll(() => lab?.close());

const texts = z.array(z.string()).nullish();
const made = z.object({
  HostConfig: z.looseObject({
    Privileged: z.boolean(),
    Binds: texts,
    CapAdd: texts,
    SecurityOpt: texts,
    PidMode: z.string(),
    IpcMode: z.string(),
    UTSMode: z.string(),
    UsernsMode: z.string(),
    NetworkMode: z.string(),
    Devices: z.array(z.unknown()).nullish(),
    DeviceRequests: z.array(z.unknown()).nullish(),
    DeviceCgroupRules: texts,
    Sysctls: z.record(z.string(), z.string()).nullish(),
    CgroupParent: z.string(),
    OomScoreAdj: z.number(),
    Runtime: z.string(),
    VolumeDriver: z.string(),
    MaskedPaths: texts,
    ReadonlyPaths: texts,
    LogConfig: z.object({ Type: z.string() }),
  }),
  Mounts: z.array(
    z.object({ Type: z.string(), Source: z.string(), Driver: z.string().optional(), Name: z.string().optional() }),
  ),
});

/** Written out apart from the rules that it checks. */
function hostAccessOf(container: z.infer<typeof made>): string[] {
  const host = container.HostConfig;
  const found: string[] = [];
  if (host.Privileged) found.push('privileged');
  if ((host.Binds ?? []).some((bind) => bind.includes(':') && !/^[A-Za-z0-9]/.test(bind))) found.push('bind');
  if ((host.CapAdd ?? []).some((cap) => !['CHOWN', 'CAP_CHOWN', 'NET_RAW', 'CAP_NET_RAW'].includes(cap)))
    found.push('cap');
  if ((host.SecurityOpt ?? []).some((option) => !option.startsWith('no-new-privileges'))) found.push('security');
  for (const mode of [host.PidMode, host.IpcMode, host.UTSMode, host.UsernsMode, host.NetworkMode]) {
    if (mode === 'host' || mode.startsWith('container:')) found.push(`namespace ${mode}`);
  }
  if ((host.Devices ?? []).length + (host.DeviceRequests ?? []).length + (host.DeviceCgroupRules ?? []).length > 0) {
    found.push('device');
  }
  if (Object.keys(host.Sysctls ?? {}).length > 0) found.push('sysctl');
  if (host.CgroupParent !== '') found.push('cgroup');
  if (host.OomScoreAdj < 0) found.push('oom');
  if (!['', 'local'].includes(host.VolumeDriver)) found.push('driver');
  if (host.Runtime !== 'runc') found.push('runtime');
  if (!host.MaskedPaths?.includes('/proc/kcore') || !host.ReadonlyPaths?.includes('/proc/sys')) found.push('paths');
  if (host.LogConfig.Type !== 'json-file' && host.LogConfig.Type !== 'local') found.push('log');
  for (const mount of container.Mounts) {
    if (mount.Type === 'bind' || (mount.Driver ?? 'local') !== 'local') found.push(`mount ${mount.Source}`);
  }
  return found;
}

/** Fields with values that ask for host access and values that don't; both as JSON text. */
const hostFields: Record<string, string[]> = {
  Privileged: ['false', 'true', 'null', '"true"', '1'],
  Binds: ['[]', 'null', '["vol:/v"]', '["/:/h"]', '["vol:/v","/etc:/e:ro"]', '"/:/h"', '["/../:/h"]', '[" /:/h"]'],
  CapAdd: ['[]', '["NET_RAW"]', '["SYS_ADMIN"]', '"ALL"', '["cap_sys_admin"]', '["chown","ALL"]'],
  PidMode: ['""', '"host"', '"HOST"', '"container:c"', '["host"]'],
  IpcMode: ['""', '"private"', '"shareable"', '"host"'],
  NetworkMode: ['""', '"none"', '"bridge"', '"host"', '"default"'],
  UTSMode: ['""', '"host"'],
  UsernsMode: ['""', '"host"'],
  SecurityOpt: ['null', '["no-new-privileges"]', '["seccomp=unconfined"]', '["systempaths=unconfined"]'],
  Devices: ['[]', '[{"PathOnHost":"/dev/null","PathInContainer":"/dev/x","CgroupPermissions":"rwm"}]'],
  DeviceCgroupRules: ['[]', '["c 1:3 rwm"]'],
  Sysctls: ['{}', '{"net.ipv4.ip_forward":"1"}'],
  CgroupParent: ['""', '"/x"'],
  OomScoreAdj: ['0', '100', '-500', '-1.0e2', '"-1"'],
  Runtime: ['""', '"runc"', '"io.containerd.runc.v2"'],
  MaskedPaths: ['null', '[]', '["/x"]'],
  ReadonlyPaths: ['null', '[]'],
  LogConfig: ['{"Type":""}', '{"Type":"local"}', '{"Type":"syslog"}', '{"type":"syslog"}'],
  Memory: ['0', '67108864', '67108864.0', '9007199254740993'],
  Mounts: [
    '[]',
    '[{"Type":"volume","Target":"/m"}]',
    '[{"Type":"tmpfs","Target":"/t"}]',
    '[{"Type":"bind","Source":"/","Target":"/b"}]',
    '[{"type":"bind","source":"/","target":"/b"}]',
    '[{"Type":"volume","Target":"/m","Type":"bind","Source":"/"}]',
    '[{"Type":"volume","Source":"wol","Target":"/m","VolumeOptions":{"DriverConfig":{"Options":{"type":"none","o":"bind","device":"/"}}}}]',
  ],
  VolumeDriver: ['""', '"local"', '"none-such"'],
  Tmpfs: ['{}', '{"/t2":"size=1m"}'],
};
const topFields: Record<string, string[]> = {
  Cmd: ['["true"]', '"true"'],
  Env: ['["A=1"]', '[]', 'null'],
  Labels: ['{}', '{"HostConfig":"x","Privileged":"true"}', '{"a":"1","A":"2"}'],
  Volumes: ['{"/d":{}}', '{"/:/x":{}}', 'null'],
  Tty: ['true', '"yes"'],
  NetworkingConfig: ['{}', '{"EndpointsConfig":{}}', '{"EndpointsConfig":{"host":{}}}'],
  Nothing: ['{}', '1'],
};

/** Spellings that Go takes for the same field, or that look as if it did. */
const spelled = (name: string) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.constant(name) },
    { weight: 1, arbitrary: fc.constant(name.toLowerCase()) },
    { weight: 1, arbitrary: fc.constant(name.toUpperCase()) },
    { weight: 1, arbitrary: fc.constant(name.replace('s', '\u017f').replace('k', '\u212a')) },
    { weight: 1, arbitrary: fc.constant(`${name} `) },
    { weight: 1, arbitrary: fc.constant(name.replace(/^./, (first) => `\\u00${first.charCodeAt(0).toString(16)}`)) },
  );

/** One `"key":value`; the first value, which asks for nothing, is the likeliest. */
const entry = (fields: Record<string, string[]>) =>
  fc
    .constantFrom(...Object.entries(fields))
    .chain(([name, values]) =>
      fc
        .tuple(
          spelled(name),
          fc.oneof(
            { weight: 3, arbitrary: fc.constant(values[0] ?? 'null') },
            { weight: 2, arbitrary: fc.constantFrom(...values) },
          ),
        )
        .map(([key, value]) => `"${key}":${value}`),
    );

const hostConfig = fc
  .tuple(spelled('HostConfig'), fc.array(entry(hostFields), { maxLength: 5 }))
  .map(([key, entries]) => `"${key}":{${entries.join(',')}}`);

const bodyText = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: entry(topFields) }, { weight: 1, arbitrary: entry(hostFields) }), {
      maxLength: 3,
    }),
    fc.array(hostConfig, { minLength: 1, maxLength: 2 }),
    fc.boolean(),
  )
  .map(([top, hosts, hostFirst]) => {
    const parts = hostFirst ? [...hosts, ...top] : [...top, ...hosts];
    return `{"Image":"busybox",${parts.join(',')}}`;
  });

function tryInspect(path: string, text: string): Inspected | undefined {
  try {
    return inspect(classify('POST', path, ''), Buffer.from(text));
  } catch (error) {
    if (isAppError(error)) return undefined;
    throw error;
  }
}

describe.each(['debian', 'newest'] as const)('on the %s engine', (version) => {
  it('no create that inspect finds free of host access makes a container that has some', async () => {
    const engine = engines[version];
    let created = 0;
    await fc.assert(
      fc.asyncProperty(bodyText, async (text) => {
        const inspected = tryInspect('/containers/create', text);
        fc.pre(inspected !== undefined && inspected.hostAccess.length === 0);
        const headers = { 'content-type': 'application/json' };
        const reply = await engine.api('POST', '/containers/create', { body: inspected?.body, headers });
        if (reply.status !== 201) return;
        created += 1;
        const { Id } = z.object({ Id: z.string() }).parse(reply.json);
        const container = made.parse((await engine.api('GET', `/containers/${Id}/json`)).json);
        const options: unknown[] = [];
        for (const { Name } of container.Mounts.filter((mount) => mount.Type === 'volume')) {
          const volume = await engine.api('GET', `/volumes/${Name}`);
          options.push(
            z.object({ Options: z.record(z.string(), z.string()).nullish() }).parse(volume.json).Options ?? {},
          );
        }
        await engine.api('DELETE', `/containers/${Id}?v=1&force=1`);
        await Promise.all(['vol', 'wol'].map((name) => engine.api('DELETE', `/volumes/${name}`)));
        expect(hostAccessOf(container), text).toEqual([]);
        for (const given of options) expect(given, text).toEqual({});
      }),
      { seed, numRuns },
    );
    // Else the generator would prove nothing.
    expect(created).toBeGreaterThan(numRuns / 3);
  });

  it('what the fuzz must not let through is real: the engine obeys folded and misplaced keys', async () => {
    const engine = engines[version];
    const folded = '{"Image":"busybox","ho\u017ftconfig":{"Bind\u017f":["/:/h"],"PRIVILEGED":true}}';
    const headers = { 'content-type': 'application/json' };
    const reply = await engine.api('POST', '/containers/create', { body: Buffer.from(folded), headers });
    const { Id } = z.object({ Id: z.string() }).parse(reply.json);
    const container = made.parse((await engine.api('GET', `/containers/${Id}/json`)).json);
    expect(hostAccessOf(container)).toEqual(expect.arrayContaining(['privileged', 'bind', 'mount /']));
    expect(tryInspect('/containers/create', folded)?.hostAccess.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['HostConfig.Binds', 'HostConfig.Privileged']),
    );
    await engine.api('DELETE', `/containers/${Id}?force=1`);
  });

  it('what exists is told apart by the engine’s own inspect', async () => {
    const engine = engines[version];
    const reachOf = async (hostConfig: object) => {
      const body = { Image: 'busybox', HostConfig: hostConfig };
      const { Id } = z
        .object({ Id: z.string() })
        .parse((await engine.api('POST', '/containers/create', { body })).json);
      const { json } = await engine.api('GET', `/containers/${Id}/json`);
      await engine.api('DELETE', `/containers/${Id}?force=1&v=1`);
      return containerHostAccess(json).map(({ field }) => field);
    };
    expect(await reachOf({})).toEqual([]);
    expect(await reachOf({ Binds: ['vol:/v'], Tmpfs: { '/t': '' }, NetworkMode: 'none', Init: true })).toEqual([]);
    expect(await reachOf({ Privileged: true })).toContain('HostConfig.Privileged');
    expect(await reachOf({ Binds: ['/:/h'] })).toEqual(['Mounts']);
    expect(await reachOf({ Mounts: [{ Type: 'bind', Source: '/', Target: '/h' }] })).toEqual(['Mounts']);
    // The engine adds label=disable by itself.
    expect(await reachOf({ PidMode: 'host' })).toContain('HostConfig.PidMode');
    expect(await reachOf({ NetworkMode: 'host' })).toEqual(['HostConfig.NetworkMode']);
    expect(await reachOf({ CapAdd: ['SYS_ADMIN'] })).toEqual(['HostConfig.CapAdd']);
    expect(await reachOf({ MaskedPaths: [] })).toEqual(['HostConfig.MaskedPaths']);
  });

  it('no volume that inspect finds free of host access mounts anything of the host', async () => {
    const engine = engines[version];
    const option = fc.constantFrom(
      ...['"type":"none"', '"type":"tmpfs"', '"TYPE":"none"', '"o":"bind"', '"o":"size=1m"', '"o":"size=1m,bind"'],
      ...['"device":"/"', '"device":"tmpfs"', '"device":"/etc"', '"x":"y"'],
    );
    const body = fc
      .tuple(
        spelled('DriverOpts'),
        fc.array(option, { maxLength: 4 }),
        fc.constantFrom('', ',"Driver":"local"', ',"driver":"x"'),
      )
      .map(([key, options, driver]) => `{"Name":"fuzz","${key}":{${options.join(',')}}${driver}}`);
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const inspected = tryInspect('/volumes/create', text);
        fc.pre(inspected !== undefined && inspected.hostAccess.length === 0);
        const headers = { 'content-type': 'application/json' };
        const reply = await engine.api('POST', '/volumes/create', { body: inspected?.body, headers });
        if (reply.status !== 201) return;
        const { Options, Driver } = z
          .object({ Options: z.record(z.string(), z.string()).nullish(), Driver: z.string() })
          .parse((await engine.api('GET', '/volumes/fuzz')).json);
        await engine.api('DELETE', '/volumes/fuzz?force=1');
        expect(Driver).toBe('local');
        for (const [key, value] of Object.entries(Options ?? {})) {
          expect(`${key}=${value}`, text).toMatch(/^(type=tmpfs|device=tmpfs|o=size=1m)$/);
        }
      }),
      { seed, numRuns: Math.ceil(numRuns / 3) },
    );
  });
});
