import { commit, containerCreate, containerUpdate, execCreate, execStart } from './fields/container.ts';
import {
  auth,
  networkConnect,
  networkCreate,
  networkDisconnect,
  pluginPrivileges,
  pluginSet,
  volumeCreate,
  volumeUpdate,
} from './fields/network.ts';
import type { Shape } from './fields/shape.ts';
import { config, node, secret, service, swarm, swarmInit, swarmJoin, swarmUnlock } from './fields/swarm.ts';
import type { BodyName } from './spec.ts';

/**
 * The fields of every inspected body: the union of what engines 20.10 to 28.5 decode and what the definitions up to
 * v1.55 add. Names are Go's, byte for byte.
 */
export const bodies: Readonly<Record<BodyName, Shape>> = {
  auth,
  'config-create': config,
  'config-update': config,
  'container-create': containerCreate,
  'container-update': containerUpdate,
  commit,
  'exec-create': execCreate,
  'exec-start': execStart,
  'network-connect': networkConnect,
  'network-create': networkCreate,
  'network-disconnect': networkDisconnect,
  'node-update': node,
  'plugin-privileges': pluginPrivileges,
  'plugin-set': pluginSet,
  'secret-create': secret,
  'secret-update': secret,
  'service-create': service,
  'service-update': service,
  'swarm-init': swarmInit,
  'swarm-join': swarmJoin,
  'swarm-unlock': swarmUnlock,
  'swarm-update': swarm,
  'volume-create': volumeCreate,
  'volume-update': volumeUpdate,
};
