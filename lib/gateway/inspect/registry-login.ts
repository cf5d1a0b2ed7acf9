import { addCallOut, addReason, asText, type Findings, hostOf, type Plain } from './findings.ts';

/** Docker Hub by its own names: where a login goes that names no address. */
const hubHosts = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'];

/** `POST /auth` makes the engine call the address in its body. */
export function inspectAuth(findings: Findings, body: Plain): void {
  const address = asText(body.serveraddress);
  const host = hostOf(address).toLowerCase();
  addCallOut(findings, 'serveraddress', address);
  if (!hubHosts.includes(host)) {
    addReason(findings, 'serveraddress', `The engine calls ${JSON.stringify(address)}.`, 'remote', host);
  }
}
