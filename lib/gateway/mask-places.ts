import type { EngineOperation } from '#lib/shared/operations.ts';

/**
 * How a place is masked. all: the whole text. env: what follows the `=`. named: when its key sounds like a secret.
 * base64: the whole, as base64, so that clients can still decode it. command: an event's command line behind its verb.
 */
export type Masking = 'all' | 'env' | 'named' | 'base64' | 'command';

/** Places by path: `*` stands for one key or index. */
export type Places = readonly (readonly [path: string, masking: Masking])[];

const under = (prefix: string, places: Places): Places =>
  places.map(([path, masking]) => [`${prefix}.${path}`, masking] as const);

const mountOptions = 'VolumeOptions.DriverConfig.Options.*';

const container: Places = [
  ['Config.Env.*', 'env'],
  ['Config.Labels.*', 'named'],
  ['HostConfig.LogConfig.Config.*', 'named'],
  [`HostConfig.Mounts.*.${mountOptions}`, 'named'],
  ['HostConfig.Annotations.*', 'named'],
];

const image: Places = [
  ['Config.Env.*', 'env'],
  ['Config.Labels.*', 'named'],
  ['ContainerConfig.Env.*', 'env'],
  ['ContainerConfig.Labels.*', 'named'],
  // The classic builder leaves `|1 TOKEN=... /bin/sh -c` there: build arguments.
  ['ContainerConfig.Cmd.*', 'all'],
];

const volume: Places = [
  ['Options.*', 'named'],
  ['Labels.*', 'named'],
  ['Status.*', 'named'],
];

const network: Places = [
  ['Options.*', 'named'],
  ['Labels.*', 'named'],
];

const containerSpec: Places = [
  ['Env.*', 'env'],
  ['Labels.*', 'named'],
  [`Mounts.*.${mountOptions}`, 'named'],
];

const taskSpec: Places = [
  ...under('ContainerSpec', containerSpec),
  ['PluginSpec.Env.*', 'env'],
  ['PluginSpec.env.*', 'env'],
  ['LogDriver.Options.*', 'named'],
];

const serviceSpec: Places = [['Labels.*', 'named'], ...under('TaskTemplate', taskSpec)];
const service: Places = [...under('Spec', serviceSpec), ...under('PreviousSpec', serviceSpec)];
const task: Places = [['Labels.*', 'named'], ...under('Spec', taskSpec)];

const config: Places = [
  ['Spec.Data', 'base64'],
  ['Spec.Labels.*', 'named'],
];

const secret: Places = [
  ['Spec.Data', 'base64'],
  ['Spec.Labels.*', 'named'],
  ['Spec.Driver.Options.*', 'named'],
];

const plugin: Places = [
  ['Settings.Env.*', 'env'],
  ['Config.Env.*.Value', 'all'],
];

const labelled: Places = [['Labels.*', 'named']];
// Descriptions of build steps are command lines with their arguments, like an image's history.
const cached: Places = [['Description', 'all']];

const diskUse: Places = [
  ...under('Containers.*', labelled),
  ...under('Images.*', labelled),
  ...under('Volumes.*', volume),
  ...under('BuildCache.*', cached),
  // Since 1.52, verbose. The names in the definition and in engines differ by an s.
  ...['ContainersUsage', 'ContainerUsage', 'ImagesUsage', 'ImageUsage'].flatMap((name) =>
    under(`${name}.Items.*`, labelled),
  ),
  ...['VolumesUsage', 'VolumeUsage'].flatMap((name) => under(`${name}.Items.*`, volume)),
  ...under('BuildCacheUsage.Items.*', cached),
];

/** What is masked in the reply of each operation marked `secrets: 'masked'`. */
export const maskPlaces: Readonly<Partial<Record<EngineOperation, Places>>> = {
  'container.inspect': container,
  'container.list': under('*', labelled),
  'exec.inspect': [
    ['ProcessConfig.entrypoint', 'all'],
    ['ProcessConfig.arguments.*', 'all'],
  ],
  'image.inspect': image,
  'image.list': under('*', labelled),
  'network.inspect': network,
  'network.list': under('*', network),
  'volume.inspect': volume,
  'volume.list': under('Volumes.*', volume),
  'service.inspect': service,
  'service.list': under('*', service),
  'task.inspect': task,
  'task.list': under('*', task),
  'config.inspect': config,
  'config.list': under('*', config),
  'secret.inspect': secret,
  'secret.list': under('*', secret),
  'swarm.inspect': [
    ['JoinTokens.*', 'all'],
    ['Spec.CAConfig.SigningCAKey', 'all'],
    ['Spec.Labels.*', 'named'],
    ['Spec.TaskDefaults.LogDriver.Options.*', 'named'],
  ],
  'plugin.inspect': plugin,
  'plugin.list': under('*', plugin),
  'system.df': diskUse,
  'system.events': [
    ['status', 'command'],
    ['Action', 'command'],
    // An event carries its object's labels.
    ['Actor.Attributes.*', 'named'],
  ],
};
