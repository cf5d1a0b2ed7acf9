import type { FactKind } from '#lib/shared/policy.ts';
import { inspectCapabilities } from './capabilities.ts';
import { deviceNames, devicePaths, securityOption, someOf } from './fact-values.ts';
import {
  addFact,
  addReason,
  asList,
  asPlain,
  asText,
  asTexts,
  type Findings,
  isAsked,
  type Plain,
} from './findings.ts';
import { inspectLogDriver } from './log-driver.ts';
import { containerMade, updateMade } from './made.ts';
import { inspectEndpoints } from './networks.ts';
import { inspectPortBindings } from './ports.ts';
import { inspectBinds, inspectMounts, inspectVolumeDriver } from './volumes.ts';

/** What may be asked for only with host access, whatever its value; each with why. */
const hostOnly: Readonly<Record<string, { why: string; kind: FactKind; values?: (value: unknown) => string[] }>> = {
  Privileged: { why: 'A privileged container is root of the host.', kind: 'privileged' },
  Devices: { why: 'Devices of the host are reached past every isolation.', kind: 'device', values: devicePaths },
  DeviceRequests: { why: 'Devices of the host are reached past every isolation.', kind: 'device', values: deviceNames },
  DeviceCgroupRules: { why: 'Device rules open devices of the host.', kind: 'device', values: asTexts },
  CgroupParent: { why: 'The parent cgroup takes the container out of the limits it would have.', kind: 'kernel' },
  Cgroup: { why: 'The cgroup namespace of something else is joined.', kind: 'namespace', values: () => ['cgroup'] },
  Sysctls: { why: 'Kernel parameters are set.', kind: 'kernel' },
  Runtime: { why: 'The runtime decides about all isolation.', kind: 'runtime', values: asTexts },
  Annotations: { why: 'Annotations speak to the runtime and its hooks.', kind: 'kernel' },
  ContainerIDFile: { why: 'A file on the host is named.', kind: 'host-path', values: asTexts },
  UsernsMode: { why: 'The user namespace is taken away.', kind: 'namespace', values: () => ['user'] },
};

/** What opens what is closed by default as soon as it is there, even empty. */
const opening: Readonly<Record<string, string>> = {
  MaskedPaths: 'The paths of /proc and /sys that are hidden by default are changed.',
  ReadonlyPaths: 'The paths of /proc and /sys that are read-only by default are changed.',
};

/** Namespaces, with the words that ask for nothing beyond the container's own. */
const namespaces: Readonly<Record<string, { own: readonly string[]; name: string }>> = {
  PidMode: { own: ['', 'private'], name: 'pid' },
  IpcMode: { own: ['', 'private', 'shareable', 'none'], name: 'ipc' },
  UTSMode: { own: ['', 'private'], name: 'uts' },
  CgroupnsMode: { own: ['', 'private'], name: 'cgroup' },
  NetworkMode: { own: ['', 'default', 'bridge', 'none', 'nat'], name: 'network' },
};

/** `POST /containers/create`. */
export function inspectContainerCreate(findings: Findings, body: Plain): void {
  const image = asText(body.Image);
  if (image) {
    findings.references.push({ kind: 'image', name: image, use: 'image', field: 'Image' });
    addFact(findings, 'Image', 'image', image);
  }
  const host = asPlain(body.HostConfig);
  inspectHostConfig(findings, 'HostConfig.', host);
  inspectEndpoints(findings, 'NetworkingConfig.EndpointsConfig', asPlain(body.NetworkingConfig).EndpointsConfig);
  inspectPortBindings(findings, 'HostConfig.', host);
  findings.made = containerMade(body, host);
}

/** `POST /containers/{id}/update`: the part of a HostConfig that can be changed. */
export function inspectContainerUpdate(findings: Findings, body: Plain): void {
  inspectHostConfig(findings, '', body);
  findings.made = updateMade(body);
}

/** A HostConfig, or the part of one that an update carries. `path` goes in front of the fields' names. */
export function inspectHostConfig(findings: Findings, path: string, host: Plain): void {
  for (const [field, { why, kind, values }] of Object.entries(hostOnly)) {
    if (!isAsked(host[field])) continue;
    for (const value of someOf(values?.(host[field]))) addReason(findings, `${path}${field}`, why, kind, value);
  }
  for (const [field, why] of Object.entries(opening)) {
    const list = host[field];
    if (list === undefined || list === null) continue;
    const option = asList(list).length === 0 ? 'systempaths=unconfined' : 'systempaths=custom';
    addReason(findings, `${path}${field}`, why, 'security-option', option);
  }
  for (const [field, { own, name }] of Object.entries(namespaces))
    inspectNamespace(findings, `${path}${field}`, host[field], own, name);
  if (typeof host.OomScoreAdj === 'number' && host.OomScoreAdj < 0) {
    addReason(findings, `${path}OomScoreAdj`, 'Below 0, other processes of the host are killed first.', 'kernel');
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

function inspectNamespace(
  findings: Findings,
  field: string,
  value: unknown,
  own: readonly string[],
  name: string,
): void {
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
  addReason(findings, field, `${JSON.stringify(mode)} is a namespace outside the container.`, 'namespace', name);
}

/** All but `no-new-privileges`, which only takes away, loosens or replaces a confinement. */
function inspectSecurityOpt(findings: Findings, field: string, options: unknown): void {
  for (const option of asTexts(options)) {
    if (/^no-new-privileges([:=]true)?$/.test(option)) continue;
    addReason(
      findings,
      field,
      `The security option ${JSON.stringify(option.slice(0, 80))} changes the confinement.`,
      'security-option',
      securityOption(option),
    );
  }
}

/** `POST /containers/{id}/exec`. */
export function inspectExecCreate(findings: Findings, body: Plain): void {
  if (isAsked(body.Privileged))
    addReason(findings, 'Privileged', 'A privileged process is root of the host.', 'exec-privileged');
}
