import { describe, expect, it } from 'vitest';
import {
  containerHostAccess,
  execHostAccess,
  joinedContainers,
  networkHostAccess,
  serviceHostAccess,
  volumeHostAccess,
} from './host-access.ts';

/** What engines tell of an ordinary container, shortened. */
const ordinary = {
  HostConfig: {
    Binds: ['data:/data'],
    LogConfig: { Type: 'json-file', Config: {} },
    NetworkMode: 'bridge',
    CapAdd: null,
    CgroupnsMode: 'host',
    IpcMode: 'private',
    PidMode: '',
    UTSMode: '',
    UsernsMode: '',
    Privileged: false,
    SecurityOpt: null,
    Runtime: 'runc',
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    CgroupParent: '',
    OomScoreAdj: 0,
    MaskedPaths: ['/proc/asound', '/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'],
  },
  Mounts: [{ Type: 'volume', Name: 'data', Driver: 'local', Source: '/var/lib/docker/volumes/data/_data' }],
};
const withHost = (host: object) =>
  containerHostAccess({ ...ordinary, HostConfig: { ...ordinary.HostConfig, ...host } });

describe('containerHostAccess', () => {
  it('finds none in an ordinary container', () => {
    expect(containerHostAccess(ordinary)).toEqual([]);
  });

  it.each([
    { Privileged: true },
    { PidMode: 'host' },
    { IpcMode: 'host' },
    { UsernsMode: 'host' },
    { NetworkMode: 'host' },
    { NetworkMode: 'ns:/proc/1/ns/net' },
    { UTSMode: 'host' },
    { CapAdd: ['CAP_SYS_ADMIN'] },
    { SecurityOpt: ['seccomp=unconfined'] },
    { MaskedPaths: [] },
    { Devices: [{ PathOnHost: '/dev/sda' }] },
    { DeviceRequests: [{ Driver: 'nvidia' }] },
    { DeviceCgroupRules: ['a *:* rwm'] },
    { CgroupParent: '/other' },
    { Sysctls: { a: 'b' } },
    { Runtime: 'other' },
    { OomScoreAdj: -1 },
  ])('finds %j', (host) => {
    expect(withHost(host)).toHaveLength(1);
  });

  it('names the containers whose namespaces it shares, for the door to ask', () => {
    const reply = { HostConfig: { NetworkMode: 'container:a', PidMode: 'container:/b', IpcMode: 'container:a' } };
    expect(joinedContainers(reply)).toEqual(['a', 'b']);
    expect(containerHostAccess(reply)).toEqual([]);
    expect(joinedContainers(ordinary)).toEqual([]);
  });

  it('finds host paths among the real mounts, whichever field they came by', () => {
    for (const mount of [
      { Type: 'bind', Source: '/' },
      { Source: '/' },
      { Type: 'npipe' },
      { Type: 'volume', Driver: 'sshfs' },
    ]) {
      expect(containerHostAccess({ ...ordinary, Mounts: [mount] })).toHaveLength(1);
    }
    expect(
      containerHostAccess({ ...ordinary, Mounts: [{ Type: 'tmpfs' }, { Type: 'volume', Driver: 'local' }] }),
    ).toEqual([]);
  });
});

describe('volumes, networks, services and processes that exist', () => {
  it('have host access as their own inspect tells', () => {
    expect(volumeHostAccess({ Driver: 'local', Options: null })).toEqual([]);
    expect(volumeHostAccess({ Driver: 'local', Options: { type: 'none', o: 'bind', device: '/' } })).toHaveLength(1);
    expect(volumeHostAccess({ Driver: 'sshfs', Options: {} })).toHaveLength(1);
    const share = { type: 'nfs', o: 'addr=169.254.1.1,rw', device: ':/x' };
    expect(volumeHostAccess({ Driver: 'local', Options: share })).toHaveLength(1);
    expect(networkHostAccess({ Name: 'other', Driver: 'host' })).toHaveLength(1);
    expect(networkHostAccess({ Name: 'bridge', Driver: 'bridge' })).toEqual([]);
    expect(execHostAccess({ ProcessConfig: { privileged: true } })).toHaveLength(1);
    expect(execHostAccess({ ProcessConfig: { privileged: false } })).toEqual([]);
  });

  it('count a service’s previous spec, which a rollback brings back', () => {
    const bound = { TaskTemplate: { ContainerSpec: { Mounts: [{ Type: 'bind', Source: '/', Target: '/h' }] } } };
    expect(serviceHostAccess({ Spec: bound })).toHaveLength(1);
    expect(serviceHostAccess({ Spec: {}, PreviousSpec: bound })).toHaveLength(1);
    expect(serviceHostAccess({ Spec: {} })).toEqual([]);
  });
});
