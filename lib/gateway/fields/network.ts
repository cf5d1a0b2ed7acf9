import { endpoint } from './container.ts';
import { bool, int, list, map, nothing, struct, text, textMap, texts } from './shape.ts';

export const networkCreate = struct({
  Name: text,
  CheckDuplicate: bool,
  Driver: text,
  Scope: text,
  EnableIPv4: bool,
  EnableIPv6: bool,
  IPAM: struct({
    Driver: text,
    Options: textMap,
    Config: list(struct({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: textMap })),
  }),
  Internal: bool,
  Attachable: bool,
  Ingress: bool,
  ConfigOnly: bool,
  ConfigFrom: struct({ Network: text }),
  Options: textMap,
  Labels: textMap,
});

export const networkConnect = struct({ Container: text, EndpointConfig: endpoint });
export const networkDisconnect = struct({ Container: text, Force: bool });

const topologies = list(struct({ Segments: textMap }));
const clusterVolume = struct({
  Group: text,
  AccessMode: struct({
    Scope: text,
    Sharing: text,
    MountVolume: struct({ FsType: text, MountFlags: texts }),
    BlockVolume: nothing,
  }),
  AccessibilityRequirements: struct({ Requisite: topologies, Preferred: topologies }),
  CapacityRange: struct({ RequiredBytes: int, LimitBytes: int }),
  Secrets: list(struct({ Key: text, Secret: text })),
  Availability: text,
});

export const volumeCreate = struct({
  Name: text,
  Driver: text,
  DriverOpts: map(text),
  Labels: textMap,
  ClusterVolumeSpec: clusterVolume,
});

export const volumeUpdate = struct({ Spec: clusterVolume });

/** Credentials for a registry; lower case in Go's tags. */
export const auth = struct({
  username: text,
  password: text,
  auth: text,
  email: text,
  serveraddress: text,
  identitytoken: text,
  registrytoken: text,
});

export const pluginPrivileges = list(struct({ Name: text, Description: text, Value: texts }));
export const pluginSet = texts;
