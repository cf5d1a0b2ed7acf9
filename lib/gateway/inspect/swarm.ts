import { inspectCapabilities } from './capabilities.ts';
import {
  addCallOut,
  addReason,
  asList,
  asPlain,
  asText,
  asTexts,
  type Findings,
  isAsked,
  type Plain,
  registryOf,
} from './findings.ts';
import { inspectLogDriver } from './log-driver.ts';
import { inspectAttachments } from './networks.ts';
import { inspectMounts } from './volumes.ts';

/** `POST /services/create` and `/services/{id}/update`, and a spec as an engine tells it: the same rules for all. */
export function inspectService(findings: Findings, body: Plain, path = ''): void {
  const at = (field: string) => (path ? `${path}.${field}` : field);
  const task = asPlain(body.TaskTemplate);
  if (
    isAsked(task.PluginSpec) ||
    isAsked(task.NetworkAttachmentSpec) ||
    !['', 'container'].includes(asText(task.Runtime))
  ) {
    addReason(findings, at('TaskTemplate.Runtime'), 'The task is not a container but something inside the engine.');
  }
  const log = asPlain(task.LogDriver);
  inspectLogDriver(findings, at('TaskTemplate.LogDriver'), log.Name, log.Options);
  inspectAttachments(findings, at('TaskTemplate.Networks'), task.Networks);
  inspectAttachments(findings, at('Networks'), body.Networks);
  inspectContainerSpec(findings, at('TaskTemplate.ContainerSpec'), asPlain(task.ContainerSpec));
}

function inspectContainerSpec(findings: Findings, path: string, spec: Plain): void {
  const image = asText(spec.Image);
  if (image) {
    findings.references.push({ kind: 'image', name: image, use: 'image', field: `${path}.Image` });
    // A swarm's agents pull what they have not got.
    addCallOut(findings, `${path}.Image`, registryOf(image));
  }
  if (isAsked(spec.Sysctls)) addReason(findings, `${path}.Sysctls`, 'Kernel parameters are set.');
  if (typeof spec.OomScoreAdj === 'number' && spec.OomScoreAdj < 0) {
    addReason(findings, `${path}.OomScoreAdj`, 'Below 0, other processes of the host are killed first.');
  }
  for (const [field, value] of Object.entries(asPlain(spec.Privileges))) {
    if (field !== 'NoNewPrivileges' && isAsked(value)) {
      addReason(findings, `${path}.Privileges.${field}`, 'The confinement is changed.');
    }
  }
  inspectCapabilities(findings, `${path}.CapabilityAdd`, spec.CapabilityAdd);
  inspectMounts(findings, `${path}.Mounts`, spec.Mounts);
}

/** `POST /swarm/init`, `/swarm/join`, `/swarm/update` (whose body is the spec itself). */
export function inspectSwarm(findings: Findings, body: Plain): void {
  for (const address of asTexts(body.RemoteAddrs)) {
    addCallOut(findings, 'RemoteAddrs', address);
    addReason(findings, 'RemoteAddrs', `The engine joins what answers at ${JSON.stringify(address)}.`);
  }
  const spec = isAsked(body.Spec) ? asPlain(body.Spec) : body;
  for (const authority of asList(asPlain(spec.CAConfig).ExternalCAs)) {
    const url = asText(asPlain(authority).URL);
    addCallOut(findings, 'CAConfig.ExternalCAs', url);
    addReason(findings, 'CAConfig.ExternalCAs', `The engine calls ${JSON.stringify(url)}.`);
  }
  const log = asPlain(asPlain(spec.TaskDefaults).LogDriver);
  inspectLogDriver(findings, 'TaskDefaults.LogDriver', log.Name, log.Options);
}

/** Secrets and configs: drivers are plugins. */
export function inspectSecret(findings: Findings, body: Plain): void {
  if (isAsked(asPlain(body.Driver).Name)) {
    addReason(findings, 'Driver', 'A secret driver is a plugin, which has host access.');
  }
}
