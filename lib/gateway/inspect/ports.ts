import { addFact, asList, asPlain, asText, type Findings, type Plain } from './findings.ts';

/** The published ports of a container. An empty host port, 0 and PublishAllPorts leave the choice to the engine. */
export function inspectPortBindings(findings: Findings, path: string, host: Plain): void {
  if (host.PublishAllPorts === true) addFact(findings, `${path}PublishAllPorts`, 'port', 'random');
  for (const [port, bindings] of Object.entries(asPlain(host.PortBindings))) {
    for (const binding of asList(bindings)) {
      addFact(findings, `${path}PortBindings.${port}`, 'port', hostPort(asText(asPlain(binding).HostPort)));
    }
  }
}

/** Those of a service. */
export function inspectServicePorts(findings: Findings, path: string, ports: unknown): void {
  for (const [at, item] of asList(ports).entries()) {
    const published = asPlain(item).PublishedPort;
    const port = typeof published === 'number' && published !== 0 ? String(published) : '';
    addFact(findings, `${path}[${at}].PublishedPort`, 'port', hostPort(port));
  }
}

function hostPort(text: string): string {
  return /^0*$/.test(text) ? 'random' : text;
}
