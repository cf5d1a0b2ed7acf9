import { healthcheck, mount, ulimits } from './container.ts';
import { bool, int, list, nothing, num, struct, text, textMap, texts } from './shape.ts';

const driver = struct({ Name: text, Options: textMap });
const named = { Name: text, Labels: textMap };

const privileges = struct({
  CredentialSpec: struct({ Config: text, File: text, Registry: text }),
  SELinuxContext: struct({ Disable: bool, User: text, Role: text, Type: text, Level: text }),
  Seccomp: struct({ Mode: text, Profile: text }),
  AppArmor: struct({ Mode: text }),
  NoNewPrivileges: bool,
});

const file = struct({ Name: text, UID: text, GID: text, Mode: int });

const containerSpec = struct({
  Image: text,
  Labels: textMap,
  Command: texts,
  Args: texts,
  Hostname: text,
  Env: texts,
  Dir: text,
  User: text,
  Groups: texts,
  Privileges: privileges,
  Init: bool,
  StopSignal: text,
  TTY: bool,
  OpenStdin: bool,
  ReadOnly: bool,
  Mounts: list(mount),
  StopGracePeriod: int,
  // Go's name; the definition writes HealthCheck.
  Healthcheck: healthcheck,
  Hosts: texts,
  DNSConfig: struct({ Nameservers: texts, Search: texts, Options: texts }),
  Secrets: list(struct({ File: file, SecretID: text, SecretName: text })),
  Configs: list(struct({ File: file, Runtime: nothing, ConfigID: text, ConfigName: text })),
  Isolation: text,
  Sysctls: textMap,
  CapabilityAdd: texts,
  CapabilityDrop: texts,
  Ulimits: ulimits,
  OomScoreAdj: int,
});

const generic = list(
  struct({
    NamedResourceSpec: struct({ Kind: text, Value: text }),
    DiscreteResourceSpec: struct({ Kind: text, Value: int }),
  }),
);
const attachments = list(struct({ Target: text, Aliases: texts, DriverOpts: textMap }));

const taskTemplate = struct({
  ContainerSpec: containerSpec,
  PluginSpec: struct({
    name: text,
    remote: text,
    privileges: list(struct({ name: text, description: text, value: texts })),
    disabled: bool,
    env: texts,
  }),
  NetworkAttachmentSpec: struct({ ContainerID: text }),
  Resources: struct({
    Limits: struct({ NanoCPUs: int, MemoryBytes: int, Pids: int, GenericResources: generic }),
    Reservations: struct({ NanoCPUs: int, MemoryBytes: int, GenericResources: generic }),
    SwapBytes: int,
    MemorySwappiness: int,
  }),
  RestartPolicy: struct({ Condition: text, Delay: int, MaxAttempts: int, Window: int }),
  Placement: struct({
    Constraints: texts,
    Preferences: list(struct({ Spread: struct({ SpreadDescriptor: text }) })),
    MaxReplicas: int,
    Platforms: list(struct({ Architecture: text, OS: text })),
  }),
  Networks: attachments,
  LogDriver: driver,
  ForceUpdate: int,
  Runtime: text,
});

const rollout = struct({
  Parallelism: int,
  Delay: int,
  FailureAction: text,
  Monitor: int,
  MaxFailureRatio: num,
  Order: text,
});

export const service = struct({
  ...named,
  TaskTemplate: taskTemplate,
  Mode: struct({
    Replicated: struct({ Replicas: int }),
    Global: nothing,
    ReplicatedJob: struct({ MaxConcurrent: int, TotalCompletions: int }),
    GlobalJob: nothing,
  }),
  UpdateConfig: rollout,
  RollbackConfig: rollout,
  Networks: attachments,
  EndpointSpec: struct({
    Mode: text,
    Ports: list(struct({ Name: text, Protocol: text, TargetPort: int, PublishedPort: int, PublishMode: text })),
  }),
});

export const node = struct({ ...named, Role: text, Availability: text });
export const secret = struct({ ...named, Data: text, Driver: driver, Templating: driver });
export const config = struct({ ...named, Data: text, Templating: driver });

export const swarm = struct({
  ...named,
  Orchestration: struct({ TaskHistoryRetentionLimit: int }),
  Raft: struct({
    SnapshotInterval: int,
    KeepOldSnapshots: int,
    LogEntriesForSlowFollowers: int,
    ElectionTick: int,
    HeartbeatTick: int,
  }),
  Dispatcher: struct({ HeartbeatPeriod: int }),
  CAConfig: struct({
    NodeCertExpiry: int,
    ExternalCAs: list(struct({ Protocol: text, URL: text, Options: textMap, CACert: text })),
    SigningCACert: text,
    SigningCAKey: text,
    ForceRotate: int,
  }),
  TaskDefaults: struct({ LogDriver: driver }),
  EncryptionConfig: struct({ AutoLockManagers: bool }),
});

const membership = { ListenAddr: text, AdvertiseAddr: text, DataPathAddr: text, Availability: text };

export const swarmInit = struct({
  ...membership,
  DataPathPort: int,
  ForceNewCluster: bool,
  Spec: swarm,
  AutoLockManagers: bool,
  DefaultAddrPool: texts,
  SubnetSize: int,
});

export const swarmJoin = struct({ ...membership, RemoteAddrs: texts, JoinToken: text });
export const swarmUnlock = struct({ UnlockKey: text });
