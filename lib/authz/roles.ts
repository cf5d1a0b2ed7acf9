import type { Role, RoleBook, RoleName } from '#lib/shared/access.ts';
import type { EngineOperation, Operation } from '#lib/shared/operations.ts';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';

/** What only looks, and shows no secret that the door could not mask. */
const viewer: readonly EngineOperation[] = [
  'container.list',
  'container.inspect',
  'container.logs',
  'container.stats',
  'container.top',
  'container.wait',
  'image.list',
  'image.inspect',
  'network.list',
  'network.inspect',
  'volume.list',
  'volume.inspect',
  'system.ping',
  'system.ping-head',
  'system.version',
  'system.info',
  'system.events',
];

/** What runs and rests what is there; the two registry reads belong to a pull. */
const operator: readonly EngineOperation[] = [
  ...viewer,
  'container.start',
  'container.stop',
  'container.restart',
  'container.kill',
  'container.pause',
  'container.unpause',
  'image.pull',
  'image.search',
  'distribution.inspect',
];

/** What makes, changes and enters things. Copies, exports and history show secrets, so they stand with that right. */
const developer: readonly EngineOperation[] = [
  ...operator,
  'container.create',
  'container.remove',
  'container.rename',
  'container.update',
  'container.attach',
  'container.attach-ws',
  'container.resize',
  'container.archive-read',
  'container.archive-stat',
  'container.archive-write',
  'container.changes',
  'container.export',
  'exec.create',
  'exec.start',
  'exec.inspect',
  'exec.resize',
  'image.build',
  'build.cancel',
  'image.commit',
  'image.tag',
  'image.push',
  'image.remove',
  'image.save',
  'image.save-many',
  'image.history',
  'image.attestations',
  'network.create',
  'network.remove',
  'network.connect',
  'network.disconnect',
  'volume.create',
  'volume.remove',
];

/** Everything an engine offers: host access, prune, load, import, plugins, Swarm, what reads the whole system. */
const maintainer: readonly EngineOperation[] = engineOperations;

/** The built-in roles, weakest first. */
export const builtInRoles: readonly (Role & { name: RoleName })[] = [
  {
    name: 'viewer',
    description: 'Sees lists, details with secrets masked, logs, stats and events.',
    operations: new Set(viewer),
    hostAccess: false,
    seeSecrets: false,
  },
  {
    name: 'operator',
    description: 'Viewer, and starts, stops, restarts, kills and pauses containers, and pulls images.',
    operations: new Set(operator),
    hostAccess: false,
    seeSecrets: false,
  },
  {
    name: 'developer',
    description:
      'Operator, and creates, changes and removes containers, images, networks and volumes, opens terminals, copies files, sees secrets; never reaches the host.',
    operations: new Set(developer),
    hostAccess: false,
    seeSecrets: true,
  },
  {
    name: 'maintainer',
    description: 'Everything on an engine: host access, prune, load, import, plugins, Swarm, disk use.',
    operations: new Set(maintainer),
    hostAccess: true,
    seeSecrets: true,
  },
  {
    name: 'administrator',
    description: 'Maintainer everywhere, and manages users, grants, engines, registries and settings.',
    operations: new Set<Operation>([...maintainer, ...consoleOperations]),
    hostAccess: true,
    seeSecrets: true,
  },
  {
    name: 'auditor',
    description: 'Reads the audit trail and plays recorded terminals; no engine.',
    operations: new Set<Operation>(['console.audit', 'console.recordings']),
    hostAccess: false,
    seeSecrets: false,
  },
];

/** The built-in roles by name. */
export const builtInRoleBook: RoleBook = new Map<string, Role>(builtInRoles.map((role) => [role.name, role]));

/**
 * The operations that patterns such as `container.*`, `*.list` or `image.pull` name, for roles that people make. A
 * pattern has one dot, and each side is a name or `*`; one that names nothing is returned in `unknown`.
 */
export function expandPatterns(patterns: readonly string[]): { operations: Set<Operation>; unknown: string[] } {
  const all: readonly Operation[] = [...engineOperations, ...consoleOperations];
  const operations = new Set<Operation>();
  const unknown: string[] = [];
  for (const pattern of patterns) {
    const [noun, verb, ...rest] = pattern.split('.');
    const named = rest.length
      ? []
      : all.filter((operation) => {
          const [n, v] = operation.split('.');
          // `*` never reaches the console's own operations: a role for engines must not become one over its users.
          if (noun === '*' && n === 'console') return false;
          return (noun === '*' || noun === n) && (verb === '*' || verb === v);
        });
    if (named.length === 0) unknown.push(pattern);
    for (const operation of named) operations.add(operation);
  }
  return { operations, unknown };
}
