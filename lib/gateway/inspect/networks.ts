import { addReason, asList, asPlain, asText, type Findings, isAsked, type Plain } from './findings.ts';

/** Drivers whose networks live among containers alone; macvlan, ipvlan and plugins reach the host's own networks. */
const insideDrivers = ['', 'bridge', 'overlay', 'null'];

/** Options of bridge networks that name interfaces of the host, where an existing one would be taken over. */
const interfaceOptions = ['com.docker.network.bridge.name', 'parent', 'com.docker.network.host_iface'];

/** `POST /networks/create`. */
export function inspectNetworkCreate(findings: Findings, body: Plain): void {
  const driver = asText(body.Driver);
  if (!insideDrivers.includes(driver)) {
    addReason(
      findings,
      'Driver',
      `The network driver ${JSON.stringify(driver)} reaches networks of the host.`,
      'network-driver',
      driver,
    );
  }
  const ipam = asText(asPlain(body.IPAM).Driver);
  if (ipam !== '' && ipam !== 'default') {
    addReason(
      findings,
      'IPAM.Driver',
      `The address driver ${JSON.stringify(ipam)} is a plugin, which has host access.`,
      'network-driver',
      `ipam:${ipam}`,
    );
  }
  for (const key of interfaceOptions) {
    if (isAsked(asPlain(body.Options)[key])) {
      addReason(
        findings,
        `Options.${key}`,
        'An interface of the host is named.',
        'network-driver',
        `interface:${asText(asPlain(body.Options)[key])}`,
      );
    }
  }
  const from = asText(asPlain(body.ConfigFrom).Network);
  if (from) findings.references.push({ kind: 'network', name: from, use: 'join', field: 'ConfigFrom.Network' });
}

/** `POST /networks/{id}/connect` to the network `network`. */
export function inspectNetworkConnect(findings: Findings, body: Plain, network: string): void {
  findings.references.push({ kind: 'network', name: network, use: 'join', field: 'path' });
  inspectEndpoint(findings, 'EndpointConfig', asPlain(body.EndpointConfig));
}

/** The networks that a container joins, by name. */
export function inspectEndpoints(findings: Findings, path: string, endpoints: unknown): void {
  for (const [name, endpoint] of Object.entries(asPlain(endpoints))) {
    inspectJoin(findings, `${path}.${name}`, name);
    inspectEndpoint(findings, `${path}.${name}`, asPlain(endpoint));
    // An id beside the name: whichever the engine takes must be seen.
    const id = asText(asPlain(endpoint).NetworkID);
    if (id) inspectJoin(findings, `${path}.${name}.NetworkID`, id);
  }
}

/** The networks that a service's tasks join. */
export function inspectAttachments(findings: Findings, path: string, networks: unknown): void {
  for (const [at, item] of asList(networks).entries()) {
    const attachment = asPlain(item);
    inspectJoin(findings, `${path}[${at}].Target`, asText(attachment.Target));
    inspectEndpoint(findings, `${path}[${at}]`, attachment);
  }
}

function inspectJoin(findings: Findings, field: string, name: string): void {
  if (name === 'host') addReason(findings, field, 'It joins the network of the host.', 'namespace', 'network');
  else if (!['', 'default', 'bridge', 'none'].includes(name)) {
    findings.references.push({ kind: 'network', name, use: 'join', field });
  }
}

function inspectEndpoint(findings: Findings, field: string, endpoint: Plain): void {
  for (const key of Object.keys(asPlain(endpoint.DriverOpts))) {
    if (/sysctl/i.test(key))
      addReason(findings, `${field}.DriverOpts.${key}`, 'Kernel parameters are set.', 'kernel', key);
  }
}
