import { describe, expect, test } from 'vitest';
import { timeOf } from '#components/inspect/engine-json.ts';
import { containerInspectSchema, cpuLimit, publishedPorts, restartPolicyText, splitEnv } from './container-inspect.ts';
import { portLink } from './port-link.ts';

const bare = {
  Id: 'a',
  State: { Status: 'created' },
  Config: {},
  HostConfig: {},
  NetworkSettings: { Networks: null },
  Mounts: null,
};

describe('container inspect', () => {
  test('reads what old engines leave out or print as null', () => {
    const parsed = containerInspectSchema.parse(bare);
    expect(parsed.Mounts).toEqual([]);
    expect(parsed.Config.Entrypoint).toEqual([]);
    expect(parsed.NetworkSettings.Ports).toEqual({});
  });

  test('an entrypoint that is a string is one word', () => {
    const parsed = containerInspectSchema.parse({ ...bare, Config: { Entrypoint: '/run.sh' } });
    expect(parsed.Config.Entrypoint).toEqual(['/run.sh']);
  });

  test("Go's zero time is no time", () => {
    expect(timeOf('0001-01-01T00:00:00Z')).toBeUndefined();
    expect(timeOf('2026-01-01T00:00:00Z')).toBe(1767225600000);
  });

  test('v4 and v6 wildcards of one port count once, published ports come first', () => {
    const ports = publishedPorts({
      '22/tcp': null,
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
    });
    expect(ports).toEqual([
      { inside: '80/tcp', bindings: [{ address: '', port: '8080' }] },
      { inside: '22/tcp', bindings: [] },
    ]);
  });

  test('says the restart policy and the CPU limit in words and numbers', () => {
    expect(restartPolicyText(undefined)).toBe('not restarted');
    expect(restartPolicyText({ Name: 'on-failure', MaximumRetryCount: 5 })).toBe('on failure, at most 5 times');
    expect(restartPolicyText({ Name: 'unless-stopped', MaximumRetryCount: 0 })).toBe('unless stopped');
    const host = containerInspectSchema.parse({
      ...bare,
      HostConfig: { CpuQuota: 50_000, CpuPeriod: 100_000 },
    }).HostConfig;
    expect(cpuLimit(host)).toBe(0.5);
  });

  test('a value keeps its own equals signs', () => {
    expect(splitEnv('OPTS=-a=b')).toEqual({ name: 'OPTS', value: '-a=b' });
  });
});

describe('links to published ports', () => {
  const base = {
    engineUrl: 'tcp://10.0.0.5:2376',
    address: '',
    port: '8080',
    inside: '80/tcp',
    consoleHost: 'console.lan',
  };

  test("use the engine's address", () => {
    expect(portLink(base)).toBe('http://10.0.0.5:8080');
    expect(portLink({ ...base, engineUrl: 'ssh://ops@box.lan:22' })).toBe('http://box.lan:8080');
    expect(portLink({ ...base, engineUrl: 'tcp://[fd00::1]:2376' })).toBe('http://[fd00::1]:8080');
    expect(portLink({ ...base, address: '192.168.1.9' })).toBe('http://192.168.1.9:8080');
    expect(portLink({ ...base, inside: '443/tcp' })).toBe('https://10.0.0.5:8080');
  });

  test("never use the console's host name: its cookie would go along", () => {
    expect(portLink({ ...base, engineUrl: 'tcp://console.lan:2376' })).toBeUndefined();
    expect(portLink({ ...base, engineUrl: 'tcp://CONSOLE.lan:2376' })).toBeUndefined();
    expect(portLink({ ...base, engineUrl: 'unix:///var/run/docker.sock' })).toBeUndefined();
    expect(portLink({ ...base, engineUrl: 'tcp://localhost:2375' })).toBeUndefined();
    expect(portLink({ ...base, address: '127.0.0.1' })).toBeUndefined();
  });

  test('are for tcp only', () => {
    expect(portLink({ ...base, inside: '53/udp' })).toBeUndefined();
  });
});
