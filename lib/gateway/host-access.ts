import type { FactKind } from '#lib/shared/policy.ts';
import { inspectCapabilities } from './inspect/capabilities.ts';
import { deviceNames, devicePaths, securityOption, someOf } from './inspect/fact-values.ts';
import {
  addReason,
  asList,
  asPlain,
  asText,
  asTexts,
  type Findings,
  isAsked,
  newFindings,
  type Plain,
} from './inspect/findings.ts';
import { inspectService } from './inspect/swarm.ts';
import { inspectVolumeDriver } from './inspect/volumes.ts';
import type { HostAccessReason } from './inspected.ts';

// An engine's reply is read leniently here: an unknown word in a known place counts as host access, an absent place
// does not, since older engines and Podman leave some out.

/** HostConfig fields of an existing container that mean host access when they are there. */
const present: Readonly<Record<string, { why: string; kind: FactKind; values?: (value: unknown) => string[] }>> = {
  Privileged: { why: 'it is privileged', kind: 'privileged' },
  Devices: { why: 'it has devices of the host', kind: 'device', values: devicePaths },
  DeviceRequests: { why: 'it has devices of the host', kind: 'device', values: deviceNames },
  DeviceCgroupRules: { why: 'it may open devices of the host', kind: 'device', values: asTexts },
  Cgroup: { why: 'it joins another cgroup namespace', kind: 'namespace', values: () => ['cgroup'] },
  Sysctls: { why: 'it sets kernel parameters', kind: 'kernel' },
  UsernsMode: { why: 'it leaves the user namespace', kind: 'namespace', values: () => ['user'] },
};

/**
 * Namespaces of the host. CgroupnsMode is left out: `host` is the default on machines with cgroup v1, and shows names.
 * Another container's are in joinedContainers.
 */
const ownNamespaces: Readonly<Record<string, { own: readonly string[]; name: string }>> = {
  PidMode: { own: ['', 'private'], name: 'pid' },
  IpcMode: { own: ['', 'private', 'shareable', 'none'], name: 'ipc' },
  UTSMode: { own: ['', 'private'], name: 'uts' },
};

/** Podman fills in its default. */
const usualParents = ['', 'machine.slice', 'user.slice', '/libpod_parent'];
const usualRuntimes = ['', 'runc', 'crun', 'io.containerd.runc.v2', 'oci'];

/** Hidden in every ordinary container since 20.10; `systempaths=unconfined` empties the list. */
const maskedAlways = ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/sys/firmware'];

/** What an existing container can reach of its host, from the engine's reply to `/containers/{id}/json`, parsed. */
export function containerHostAccess(reply: unknown): HostAccessReason[] {
  const findings = newFindings();
  const host = asPlain(asPlain(reply).HostConfig);
  for (const [field, { why, kind, values }] of Object.entries(present)) {
    if (!isAsked(host[field])) continue;
    for (const value of someOf(values?.(host[field]))) {
      addReason(findings, `HostConfig.${field}`, `${why}.`, kind, value);
    }
  }
  inspectConfinement(findings, host);
  for (const [field, { own, name }] of Object.entries(ownNamespaces)) {
    const mode = asText(host[field]);
    if (!own.includes(mode) && !isJoined(mode))
      addReason(findings, `HostConfig.${field}`, `it uses the namespace ${JSON.stringify(mode)}.`, 'namespace', name);
  }
  const network = asText(host.NetworkMode);
  if (network === 'host' || /^(ns|pod):/.test(network)) {
    addReason(
      findings,
      'HostConfig.NetworkMode',
      `it uses the network namespace ${JSON.stringify(network)}.`,
      'namespace',
      'network',
    );
  }
  for (const item of asList(asPlain(reply).Mounts)) inspectMount(findings, asPlain(item));
  return findings.hostAccess;
}

/** The containers whose namespaces an existing container shares: what they reach, it reaches. Ids or names. */
export function joinedContainers(reply: unknown): string[] {
  const host = asPlain(asPlain(reply).HostConfig);
  const modes = [host.NetworkMode, host.PidMode, host.IpcMode].map(asText).filter(isJoined);
  return [...new Set(modes.map((mode) => mode.slice('container:'.length).replace(/^\//, '')))];
}

function isJoined(mode: string): boolean {
  return mode.startsWith('container:');
}

function inspectConfinement(findings: Findings, host: Plain): void {
  inspectCapabilities(findings, 'HostConfig.CapAdd', host.CapAdd);
  for (const option of asTexts(host.SecurityOpt)) {
    if (/^no-new-privileges([:=]true)?$/.test(option)) continue;
    addReason(
      findings,
      'HostConfig.SecurityOpt',
      `it has the security option ${JSON.stringify(option.slice(0, 80))}.`,
      'security-option',
      securityOption(option),
    );
  }
  if (typeof host.OomScoreAdj === 'number' && host.OomScoreAdj < 0) {
    addReason(findings, 'HostConfig.OomScoreAdj', 'other processes of the host are killed before it.', 'kernel');
  }
  if (!usualParents.includes(asText(host.CgroupParent))) {
    addReason(findings, 'HostConfig.CgroupParent', 'it has a cgroup parent of its own.', 'kernel');
  }
  if (!usualRuntimes.includes(asText(host.Runtime))) {
    addReason(
      findings,
      'HostConfig.Runtime',
      `it runs on the runtime ${JSON.stringify(host.Runtime)}.`,
      'runtime',
      asText(host.Runtime),
    );
  }
  if (!Array.isArray(host.MaskedPaths)) return;
  const masked = asTexts(host.MaskedPaths);
  if (!maskedAlways.every((path) => masked.includes(path))) {
    addReason(
      findings,
      'HostConfig.MaskedPaths',
      'it sees parts of /proc or /sys that are hidden by default.',
      'security-option',
      masked.length === 0 ? 'systempaths=unconfined' : 'systempaths=custom',
    );
  }
}

/** The real mounts, whichever field they came by. What a named volume holds is asked of the volume itself. */
function inspectMount(findings: Findings, mount: Plain): void {
  const type = asText(mount.Type);
  if (type === 'tmpfs' || type === 'image') return;
  if (type !== 'volume')
    addReason(
      findings,
      'Mounts',
      `it has the host path ${JSON.stringify(mount.Source)}.`,
      'host-path',
      asText(mount.Source),
    );
  else inspectVolumeDriver(findings, 'Mounts', mount.Driver, undefined);
}

/** The same for `/volumes/{name}`. */
export function volumeHostAccess(reply: unknown): HostAccessReason[] {
  const findings = newFindings();
  const volume = asPlain(reply);
  // An address in the options was called when the volume was made: nothing new is called by using it.
  const { o, ...options } = asPlain(volume.Options);
  const mountOptions = typeof o === 'string' ? o.replace(/(^|,)addr=[^,]*/g, '') : o;
  const device = asText(options.device).startsWith('//') ? '' : options.device;
  inspectVolumeDriver(findings, 'Options', volume.Driver, {
    ...options,
    ...(o === undefined ? {} : { o: mountOptions }),
    ...(options.device === undefined ? {} : { device }),
  });
  return findings.hostAccess;
}

/** The same for `/networks/{id}`: the host's own network, by whatever name or id it was given. */
export function networkHostAccess(reply: unknown): HostAccessReason[] {
  if (asText(asPlain(reply).Driver) !== 'host') return [];
  return [{ field: 'Driver', sentence: 'It is the network of the host.', kind: 'namespace', value: 'network' }];
}

/** The same for `/services/{id}`: its present and its previous spec (a rollback brings that back). */
export function serviceHostAccess(reply: unknown): HostAccessReason[] {
  const findings = newFindings();
  inspectService(findings, asPlain(asPlain(reply).Spec), 'Spec');
  if (asPlain(reply).PreviousSpec) inspectService(findings, asPlain(asPlain(reply).PreviousSpec), 'PreviousSpec');
  return findings.hostAccess;
}

/** The same for `/exec/{id}/json` (its container is asked for apart). */
export function execHostAccess(reply: unknown): HostAccessReason[] {
  if (asPlain(asPlain(reply).ProcessConfig).privileged !== true) return [];
  return [
    { field: 'ProcessConfig.privileged', sentence: 'The process is privileged.', kind: 'exec-privileged', value: '' },
  ];
}
