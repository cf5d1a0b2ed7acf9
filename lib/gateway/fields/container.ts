import { bool, int, list, map, nothing, struct, text, textMap, texts, words } from './shape.ts';

/** Where a mount of a container or a service comes from. */
export const mount = struct({
  Type: text,
  Source: text,
  Target: text,
  ReadOnly: bool,
  Consistency: text,
  BindOptions: struct({
    Propagation: text,
    NonRecursive: bool,
    CreateMountpoint: bool,
    ReadOnlyNonRecursive: bool,
    ReadOnlyForceRecursive: bool,
  }),
  VolumeOptions: struct({
    NoCopy: bool,
    Labels: textMap,
    Subpath: text,
    DriverConfig: struct({ Name: text, Options: textMap }),
  }),
  ImageOptions: struct({ Subpath: text }),
  TmpfsOptions: struct({ SizeBytes: int, Mode: int, Options: list(texts) }),
  ClusterOptions: nothing,
});

export const healthcheck = struct({
  Test: texts,
  Interval: int,
  Timeout: int,
  Retries: int,
  StartPeriod: int,
  StartInterval: int,
});

export const ulimits = list(struct({ Name: text, Soft: int, Hard: int }));

const throttles = list(struct({ Path: text, Rate: int }));
const restartPolicy = struct({ Name: text, MaximumRetryCount: int });

const resources = {
  CpuShares: int,
  Memory: int,
  NanoCpus: int,
  CgroupParent: text,
  BlkioWeight: int,
  BlkioWeightDevice: list(struct({ Path: text, Weight: int })),
  BlkioDeviceReadBps: throttles,
  BlkioDeviceWriteBps: throttles,
  BlkioDeviceReadIOps: throttles,
  BlkioDeviceWriteIOps: throttles,
  CpuPeriod: int,
  CpuQuota: int,
  CpuRealtimePeriod: int,
  CpuRealtimeRuntime: int,
  CpusetCpus: text,
  CpusetMems: text,
  Devices: list(struct({ PathOnHost: text, PathInContainer: text, CgroupPermissions: text })),
  DeviceCgroupRules: texts,
  DeviceRequests: list(
    struct({ Driver: text, Count: int, DeviceIDs: texts, Capabilities: list(texts), Options: textMap }),
  ),
  // Until 1.41 and 1.51; newer engines ignore them.
  KernelMemory: int,
  KernelMemoryTCP: int,
  MemoryReservation: int,
  MemorySwap: int,
  MemorySwappiness: int,
  OomKillDisable: bool,
  PidsLimit: int,
  Ulimits: ulimits,
  CpuCount: int,
  CpuPercent: int,
  IOMaximumIOps: int,
  IOMaximumBandwidth: int,
};

const hostConfig = struct({
  ...resources,
  Binds: texts,
  ContainerIDFile: text,
  LogConfig: struct({ Type: text, Config: textMap }),
  NetworkMode: text,
  PortBindings: map(list(struct({ HostIp: text, HostPort: text }))),
  RestartPolicy: restartPolicy,
  AutoRemove: bool,
  VolumeDriver: text,
  VolumesFrom: texts,
  ConsoleSize: list(int),
  Annotations: textMap,
  CapAdd: words,
  CapDrop: words,
  CgroupnsMode: text,
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
  GroupAdd: texts,
  IpcMode: text,
  Cgroup: text,
  Links: texts,
  OomScoreAdj: int,
  PidMode: text,
  Privileged: bool,
  PublishAllPorts: bool,
  ReadonlyRootfs: bool,
  SecurityOpt: texts,
  StorageOpt: textMap,
  Tmpfs: textMap,
  UTSMode: text,
  UsernsMode: text,
  ShmSize: int,
  Sysctls: textMap,
  Runtime: text,
  Isolation: text,
  Mounts: list(mount),
  MaskedPaths: texts,
  ReadonlyPaths: texts,
  Init: bool,
  // 1.56
  Umask: text,
});

/** How a container joins a network. */
export const endpoint = struct({
  IPAMConfig: struct({ IPv4Address: text, IPv6Address: text, LinkLocalIPs: texts }),
  Links: texts,
  Aliases: texts,
  MacAddress: text,
  DriverOpts: textMap,
  GwPriority: int,
  NetworkID: text,
  EndpointID: text,
  Gateway: text,
  IPAddress: text,
  IPPrefixLen: int,
  IPv6Gateway: text,
  GlobalIPv6Address: text,
  GlobalIPv6PrefixLen: int,
  DNSNames: texts,
});

const config = {
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: bool,
  AttachStdout: bool,
  AttachStderr: bool,
  ExposedPorts: map(nothing),
  Tty: bool,
  OpenStdin: bool,
  StdinOnce: bool,
  Env: texts,
  Cmd: words,
  Healthcheck: healthcheck,
  ArgsEscaped: bool,
  Image: text,
  Volumes: map(nothing),
  WorkingDir: text,
  Entrypoint: words,
  NetworkDisabled: bool,
  MacAddress: text,
  OnBuild: texts,
  Labels: textMap,
  StopSignal: text,
  StopTimeout: int,
  Shell: words,
};

/**
 * 20.10 reads HostConfig's fields at the top level too (ContainerConfigWrapper embeds both: `{"Privileged": true}` makes
 * a privileged container), so none of them may be added here.
 */
export const containerCreate = struct({
  ...config,
  HostConfig: hostConfig,
  NetworkingConfig: struct({ EndpointsConfig: map(endpoint) }),
  // docker-java's: one is ignored by engines, the other is its spelling of StdinOnce.
  PortSpecs: texts,
  StdInOnce: bool,
});

export const containerUpdate = struct({ ...resources, RestartPolicy: restartPolicy });

export const commit = struct(config);

export const execCreate = struct({
  User: text,
  Privileged: bool,
  Tty: bool,
  ConsoleSize: list(int),
  AttachStdin: bool,
  AttachStderr: bool,
  AttachStdout: bool,
  Detach: bool,
  DetachKeys: text,
  Env: texts,
  WorkingDir: text,
  Cmd: texts,
  // docker-py sends the container's name along, docker-java its id; engines ignore both.
  Container: text,
  containerId: text,
});

export const execStart = struct({
  Detach: bool,
  Tty: bool,
  ConsoleSize: list(int),
  // What dockerode tells itself; engines ignore it.
  hijack: bool,
  stdin: bool,
});
