import { inspectCapabilities } from './capabilities.ts';
import { addReason, asPlain, asText, asTexts, type Findings, isAsked, type Plain } from './findings.ts';
import { inspectLogDriver } from './log-driver.ts';
import { inspectEndpoints } from './networks.ts';
import { inspectBinds, inspectMounts, inspectVolumeDriver } from './volumes.ts';

/** What may be asked for only with host access, whatever its value; each with why. */
const hostOnly: Readonly<Record<string, string>> = {
  Privileged: 'A privileged container is root of the host.',
  Devices: 'Devices of the host are reached past every isolation.',
  DeviceRequests: 'Devices of the host are reached past every isolation.',
  DeviceCgroupRules: 'Device rules open devices of the host.',
  CgroupParent: 'The parent cgroup takes the container out of the limits it would have.',
  Cgroup: 'The cgroup namespace of something else is joined.',
  Sysctls: 'Kernel parameters are set.',
  Runtime: 'The runtime decides about all isolation.',
  Annotations: 'Annotations speak to the runtime and its hooks.',
  ContainerIDFile: 'A file on the host is named.',
  UsernsMode: 'The user namespace is taken away.',
};

/** What opens what is closed by default as soon as it is there, even empty. */
const opening: Readonly<Record<string, string>> = {
  MaskedPaths: 'The paths of /proc and /sys that are hidden by default are changed.',
  ReadonlyPaths: 'The paths of /proc and /sys that are read-only by default are changed.',
};

/** Namespaces, with the words that ask for nothing beyond the container's own. */
const namespaces: Readonly<Record<string, readonly string[]>> = {
  PidMode: ['', 'private'],
  IpcMode: ['', 'private', 'shareable', 'none'],
  UTSMode: ['', 'private'],
  CgroupnsMode: ['', 'private'],
  NetworkMode: ['', 'default', 'bridge', 'none', 'nat'],
};

/** `POST /containers/create`. */
export function inspectContainerCreate(findings: Findings, body: Plain): void {
  const image = asText(body.Image);
  if (image) findings.references.push({ kind: 'image', name: image, use: 'image', field: 'Image' });
  const host = asPlain(body.HostConfig);
  inspectHostConfig(findings, 'HostConfig.', host);
  inspectEndpoints(findings, 'NetworkingConfig.EndpointsConfig', asPlain(body.NetworkingConfig).EndpointsConfig);
}

/** A HostConfig, or the part of one that an update carries. `path` goes in front of the fields' names. */
export function inspectHostConfig(findings: Findings, path: string, host: Plain): void {
  for (const [field, why] of Object.entries(hostOnly)) {
    if (isAsked(host[field])) addReason(findings, `${path}${field}`, why);
  }
  for (const [field, why] of Object.entries(opening)) {
    if (host[field] !== undefined && host[field] !== null) addReason(findings, `${path}${field}`, why);
  }
  for (const [field, own] of Object.entries(namespaces))
    inspectNamespace(findings, `${path}${field}`, host[field], own);
  if (typeof host.OomScoreAdj === 'number' && host.OomScoreAdj < 0) {
    addReason(findings, `${path}OomScoreAdj`, 'Below 0, other processes of the host are killed first.');
  }
  inspectSecurityOpt(findings, `${path}SecurityOpt`, host.SecurityOpt);
  inspectCapabilities(findings, `${path}CapAdd`, host.CapAdd);
  inspectBinds(findings, `${path}Binds`, host.Binds);
  inspectMounts(findings, `${path}Mounts`, host.Mounts);
  inspectVolumeDriver(findings, `${path}VolumeDriver`, host.VolumeDriver, undefined);
  const log = asPlain(host.LogConfig);
  inspectLogDriver(findings, `${path}LogConfig`, log.Type, log.Config);
  for (const from of asTexts(host.VolumesFrom)) {
    const name = (from.split(':')[0] ?? '').replace(/^\//, '');
    findings.references.push({ kind: 'container', name, use: 'volumes-from', field: `${path}VolumesFrom` });
  }
  for (const link of asTexts(host.Links)) {
    const name = (link.split(':')[0] ?? '').replace(/^\//, '');
    findings.references.push({ kind: 'container', name, use: 'link', field: `${path}Links` });
  }
}

function inspectNamespace(findings: Findings, field: string, value: unknown, own: readonly string[]): void {
  const mode = asText(value);
  if (own.includes(mode)) return;
  const container = /^container:(.+)$/s.exec(mode)?.[1];
  if (container !== undefined && !field.endsWith('CgroupnsMode') && !field.endsWith('UTSMode')) {
    findings.references.push({ kind: 'container', name: container.replace(/^\//, ''), use: 'namespace', field });
    return;
  }
  // A network by name; dispatch finds out whether it is the host's by another name or id.
  if (field.endsWith('NetworkMode') && mode !== 'host' && !mode.includes(':')) {
    findings.references.push({ kind: 'network', name: mode, use: 'join', field });
    return;
  }
  addReason(findings, field, `${JSON.stringify(mode)} is a namespace outside the container.`);
}

/** All but `no-new-privileges`, which only takes away, loosens or replaces a confinement. */
function inspectSecurityOpt(findings: Findings, field: string, options: unknown): void {
  for (const option of asTexts(options)) {
    if (/^no-new-privileges([:=]true)?$/.test(option)) continue;
    addReason(findings, field, `The security option ${JSON.stringify(option.slice(0, 80))} changes the confinement.`);
  }
}

/** `POST /containers/{id}/exec`. */
export function inspectExecCreate(findings: Findings, body: Plain): void {
  if (isAsked(body.Privileged)) addReason(findings, 'Privileged', 'A privileged process is root of the host.');
}
