import { inspectCapabilities } from './capabilities.ts';
import {
  addCallOut,
  addFact,
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
import { serviceMade } from './made.ts';
import { inspectAttachments } from './networks.ts';
import { inspectServicePorts } from './ports.ts';
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
    addReason(
      findings,
      at('TaskTemplate.Runtime'),
      'The task is not a container but something inside the engine.',
      'plugin',
    );
  }
  const log = asPlain(task.LogDriver);
  inspectLogDriver(findings, at('TaskTemplate.LogDriver'), log.Name, log.Options);
  inspectAttachments(findings, at('TaskTemplate.Networks'), task.Networks);
  inspectAttachments(findings, at('Networks'), body.Networks);
  inspectContainerSpec(findings, at('TaskTemplate.ContainerSpec'), asPlain(task.ContainerSpec));
  inspectServicePorts(findings, at('EndpointSpec.Ports'), asPlain(body.EndpointSpec).Ports);
  findings.made = serviceMade(body, at);
}

/** As `--security-opt` writes them: `seccomp=unconfined`, `apparmor=disabled`. */
function securityOptionOf(field: string, value: Plain): string {
  const mode = asText(value.Mode);
  const name = field === 'SELinuxContext' ? 'label' : field.toLowerCase();
  return `${name}=${mode || (value.Disable === true ? 'disable' : 'custom')}`;
}

function inspectContainerSpec(findings: Findings, path: string, spec: Plain): void {
  const image = asText(spec.Image);
  if (image) {
    findings.references.push({ kind: 'image', name: image, use: 'image', field: `${path}.Image` });
    addFact(findings, `${path}.Image`, 'image', image);
    // A swarm's agents pull what they have not got.
    addCallOut(findings, `${path}.Image`, registryOf(image));
  }
  if (isAsked(spec.Sysctls)) addReason(findings, `${path}.Sysctls`, 'Kernel parameters are set.', 'kernel');
  if (typeof spec.OomScoreAdj === 'number' && spec.OomScoreAdj < 0) {
    addReason(findings, `${path}.OomScoreAdj`, 'Below 0, other processes of the host are killed first.', 'kernel');
  }
  for (const [field, value] of Object.entries(asPlain(spec.Privileges))) {
    if (field !== 'NoNewPrivileges' && isAsked(value)) {
      const at = `${path}.Privileges.${field}`;
      addReason(
        findings,
        at,
        'The confinement is changed.',
        'security-option',
        securityOptionOf(field, asPlain(value)),
      );
    }
  }
  inspectCapabilities(findings, `${path}.CapabilityAdd`, spec.CapabilityAdd);
  inspectMounts(findings, `${path}.Mounts`, spec.Mounts);
}

/** `POST /swarm/init`, `/swarm/join`, `/swarm/update` (whose body is the spec itself). */
export function inspectSwarm(findings: Findings, body: Plain): void {
  for (const address of asTexts(body.RemoteAddrs)) {
    addCallOut(findings, 'RemoteAddrs', address);
    addReason(
      findings,
      'RemoteAddrs',
      `The engine joins what answers at ${JSON.stringify(address)}.`,
      'remote',
      address,
    );
  }
  const spec = isAsked(body.Spec) ? asPlain(body.Spec) : body;
  for (const authority of asList(asPlain(spec.CAConfig).ExternalCAs)) {
    const url = asText(asPlain(authority).URL);
    addCallOut(findings, 'CAConfig.ExternalCAs', url);
    addReason(findings, 'CAConfig.ExternalCAs', `The engine calls ${JSON.stringify(url)}.`, 'remote', url);
  }
  const log = asPlain(asPlain(spec.TaskDefaults).LogDriver);
  inspectLogDriver(findings, 'TaskDefaults.LogDriver', log.Name, log.Options);
}

/** Secrets and configs: drivers are plugins. */
export function inspectSecret(findings: Findings, body: Plain): void {
  if (isAsked(asPlain(body.Driver).Name)) {
    addReason(findings, 'Driver', 'A secret driver is a plugin, which has host access.', 'plugin');
  }
}
