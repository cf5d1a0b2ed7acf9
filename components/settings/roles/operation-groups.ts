import type { Operation } from '#lib/shared/operations.ts';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';

export const operationGroups = [
  { id: 'see', label: 'See', says: 'Lists, details with secrets masked, logs, stats and events.' },
  { id: 'run', label: 'Run', says: 'Start, stop and pause what is there.' },
  { id: 'change', label: 'Create and change', says: 'Make, change and remove containers.' },
  { id: 'enter', label: 'Enter', says: 'Terminals inside containers: exec and attach.' },
  { id: 'files', label: 'Files', says: 'Copy files in and out, and see what changed against the image.' },
  { id: 'images', label: 'Images', says: 'Pull, build, tag, push and remove images.' },
  { id: 'networks', label: 'Networks', says: 'Make, remove and join networks.' },
  { id: 'volumes', label: 'Volumes', says: 'Make, change and remove volumes.' },
  { id: 'engine', label: 'Engine-wide', says: 'What works on a whole engine: prune, load, plugins, disk use.' },
  { id: 'swarm', label: 'Swarm', says: 'Services, nodes, secrets and configs of a swarm.' },
  { id: 'console', label: 'Console', says: 'This console itself: people, engines, the trail, settings.' },
] as const;

export type OperationGroupId = (typeof operationGroups)[number]['id'];

/** Each operation with its group and its words; one that is missing here does not compile. */
const words: Readonly<Record<Operation, readonly [OperationGroupId, string]>> = {
  'container.list': ['see', 'List containers'],
  'container.inspect': ['see', 'See a container’s details'],
  'container.logs': ['see', 'Read logs'],
  'container.stats': ['see', 'See CPU and memory'],
  'container.top': ['see', 'See the processes'],
  'container.wait': ['see', 'Wait until a container ends'],
  'image.list': ['see', 'List images'],
  'image.inspect': ['see', 'See an image’s details'],
  'network.list': ['see', 'List networks'],
  'network.inspect': ['see', 'See a network’s details'],
  'volume.list': ['see', 'List volumes'],
  'volume.inspect': ['see', 'See a volume’s details'],
  'system.ping': ['see', 'Ask whether the engine answers'],
  'system.ping-head': ['see', 'Ask whether the engine answers (HEAD)'],
  'system.version': ['see', 'See the engine’s version'],
  'system.info': ['see', 'See the engine’s facts'],
  'system.events': ['see', 'Watch events'],

  'container.start': ['run', 'Start'],
  'container.stop': ['run', 'Stop'],
  'container.restart': ['run', 'Restart'],
  'container.kill': ['run', 'Kill, or send a signal'],
  'container.pause': ['run', 'Pause'],
  'container.unpause': ['run', 'Unpause'],

  'container.create': ['change', 'Create a container'],
  'container.remove': ['change', 'Remove a container'],
  'container.rename': ['change', 'Rename a container'],
  'container.update': ['change', 'Change limits and the restart policy'],

  'exec.create': ['enter', 'Open a terminal or run a command (exec)'],
  'exec.start': ['enter', 'Start that command'],
  'exec.inspect': ['enter', 'See a command’s state'],
  'exec.resize': ['enter', 'Resize its terminal'],
  'container.attach': ['enter', 'Attach to the main process'],
  'container.attach-ws': ['enter', 'Attach over a WebSocket'],
  'container.resize': ['enter', 'Resize the main terminal'],

  'container.archive-read': ['files', 'Copy files out'],
  'container.archive-stat': ['files', 'See a file’s facts'],
  'container.archive-write': ['files', 'Copy files in'],
  'container.changes': ['files', 'See what changed against the image'],
  'container.export': ['files', 'Export the whole file system'],

  'image.pull': ['images', 'Pull'],
  'image.search': ['images', 'Search a registry'],
  'distribution.inspect': ['images', 'Ask a registry about an image'],
  'image.build': ['images', 'Build'],
  'build.cancel': ['images', 'Cancel a build'],
  'image.commit': ['images', 'Commit a container as an image'],
  'image.tag': ['images', 'Tag'],
  'image.push': ['images', 'Push'],
  'image.remove': ['images', 'Remove an image or a tag'],
  'image.save': ['images', 'Save an image as a file'],
  'image.save-many': ['images', 'Save several images'],
  'image.history': ['images', 'See the layers (build arguments show)'],
  'image.attestations': ['images', 'See attestations'],

  'network.create': ['networks', 'Create a network'],
  'network.remove': ['networks', 'Remove a network'],
  'network.connect': ['networks', 'Connect a container'],
  'network.disconnect': ['networks', 'Disconnect a container'],

  'volume.create': ['volumes', 'Create a volume'],
  'volume.remove': ['volumes', 'Remove a volume with its data'],
  'volume.update': ['volumes', 'Change a cluster volume'],

  'container.prune': ['engine', 'Prune containers'],
  'image.prune': ['engine', 'Prune images'],
  'network.prune': ['engine', 'Prune networks'],
  'volume.prune': ['engine', 'Prune volumes'],
  'build.prune': ['engine', 'Prune the build cache'],
  'image.load': ['engine', 'Load images from a file'],
  'image.import': ['engine', 'Import a file system as an image'],
  'system.df': ['engine', 'See disk use'],
  'system.auth': ['engine', 'Check a registry login'],
  'session.open': ['engine', 'Open a BuildKit session'],
  'session.grpc': ['engine', 'Talk to BuildKit (docker build)'],
  'plugin.list': ['engine', 'List plugins'],
  'plugin.inspect': ['engine', 'See a plugin’s details'],
  'plugin.privileges': ['engine', 'See what a plugin asks for'],
  'plugin.create': ['engine', 'Create a plugin'],
  'plugin.pull': ['engine', 'Install a plugin'],
  'plugin.remove': ['engine', 'Remove a plugin'],
  'plugin.disable': ['engine', 'Disable a plugin'],
  'plugin.enable': ['engine', 'Enable a plugin'],
  'plugin.push': ['engine', 'Push a plugin'],
  'plugin.set': ['engine', 'Configure a plugin'],
  'plugin.upgrade': ['engine', 'Upgrade a plugin'],

  'swarm.inspect': ['swarm', 'See the swarm'],
  'swarm.init': ['swarm', 'Make a swarm'],
  'swarm.join': ['swarm', 'Join a swarm'],
  'swarm.leave': ['swarm', 'Leave the swarm'],
  'swarm.unlock': ['swarm', 'Unlock the swarm'],
  'swarm.unlock-key': ['swarm', 'Read the unlock key'],
  'swarm.update': ['swarm', 'Change the swarm'],
  'node.list': ['swarm', 'List nodes'],
  'node.inspect': ['swarm', 'See a node’s details'],
  'node.update': ['swarm', 'Change a node'],
  'node.remove': ['swarm', 'Remove a node'],
  'service.list': ['swarm', 'List services'],
  'service.inspect': ['swarm', 'See a service’s details'],
  'service.logs': ['swarm', 'Read a service’s logs'],
  'service.create': ['swarm', 'Create a service'],
  'service.update': ['swarm', 'Change a service'],
  'service.remove': ['swarm', 'Remove a service'],
  'task.list': ['swarm', 'List tasks'],
  'task.inspect': ['swarm', 'See a task’s details'],
  'task.logs': ['swarm', 'Read a task’s logs'],
  'secret.list': ['swarm', 'List secrets'],
  'secret.inspect': ['swarm', 'See a secret’s facts'],
  'secret.create': ['swarm', 'Create a secret'],
  'secret.update': ['swarm', 'Change a secret’s labels'],
  'secret.remove': ['swarm', 'Remove a secret'],
  'config.list': ['swarm', 'List configs'],
  'config.inspect': ['swarm', 'Read a config'],
  'config.create': ['swarm', 'Create a config'],
  'config.update': ['swarm', 'Change a config’s labels'],
  'config.remove': ['swarm', 'Remove a config'],

  'console.users': ['console', 'Manage users and teams'],
  'console.grants': ['console', 'Give and take grants, make roles'],
  'console.engines': ['console', 'Add and remove engines'],
  'console.registries': ['console', 'Keep registry logins'],
  'console.audit': ['console', 'Read the audit trail'],
  'console.settings': ['console', 'Change the settings'],
  'console.recordings': ['console', 'Play recorded terminals, watch and end running ones'],
  'console.metrics': ['console', 'Read the metrics'],
};

export interface WordedOperation {
  name: Operation;
  label: string;
}

export function groupOf(operation: Operation): OperationGroupId {
  return words[operation][0];
}

const order = Object.keys(words);
const inOrder = [...engineOperations, ...consoleOperations].sort((a, b) => order.indexOf(a) - order.indexOf(b));
const inGroup = new Map(
  operationGroups.map(({ id }) => [
    id,
    inOrder.filter((name) => groupOf(name) === id).map((name): WordedOperation => ({ name, label: words[name][1] })),
  ]),
);

/** The operations of a group, in the order in which people look for them. */
export function operationsIn(group: OperationGroupId): readonly WordedOperation[] {
  return inGroup.get(group) ?? [];
}
