import { appError } from '#lib/shared/errors.ts';
import type { Classified } from './classified.ts';
import { foldKey } from './fields/shape.ts';
import { bodies } from './fields.ts';
import { checkFields } from './inspect/check-fields.ts';
import { inspectContainerCreate, inspectContainerUpdate, inspectExecCreate } from './inspect/container.ts';
import { addReason, asPlain, asText, type Findings, newFindings, type Plain } from './inspect/findings.ts';
import { inspectNetworkConnect, inspectNetworkCreate } from './inspect/networks.ts';
import { inspectParameters } from './inspect/parameters.ts';
import { toPlain } from './inspect/plain.ts';
import { recordParams } from './inspect/record.ts';
import { inspectAuth } from './inspect/registry-login.ts';
import { inspectSecret, inspectService, inspectSwarm } from './inspect/swarm.ts';
import { inspectVolumeDriver } from './inspect/volumes.ts';
import type { Inspected } from './inspected.ts';
import { type Json, parseJson, printJson } from './json.ts';
import { type BodyName, hostAccessKind } from './spec.ts';

/** JSON bodies above this are refused (too-large), as the authorization plugins of moby do. */
export const bodyBytesMax = 4 * 1024 * 1024;

/**
 * Refuses Content-Types that the operation does not take; forms always (a form body beats the query on real engines).
 * `contentType` is the client's header.
 */
export function checkContentType(classified: Classified, contentType: string | undefined): void {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (/form/.test(type)) {
    throw appError('bad-request', `A body of the type ${type} is refused: engines take a form for the query.`);
  }
  if (typeof classified.spec.body === 'object' && !['', 'application/json', 'text/plain'].includes(type)) {
    throw appError('bad-request', `${classified.operation} takes application/json, not ${type}.`);
  }
}

/**
 * Reads query and JSON body of a classified request. Pure. `body` is the whole body (empty or absent: none); not given
 * for streamed bodies. Throws bad-request, too-large, or forbidden for what nobody may do (link-local addresses).
 */
export function inspect(classified: Classified, body: Buffer | undefined): Inspected {
  const { spec } = classified;
  const findings = newFindings([...classified.targets]);
  if (spec.hostAccess) addReason(findings, spec.name, spec.hostAccess, hostAccessKind(spec));
  inspectParameters(findings, classified);
  if (typeof spec.body !== 'object') {
    refuseStrayBody(classified, body);
    return { ...findings, params: recordParams(classified, undefined) };
  }
  if (body === undefined || body.length === 0) {
    if (!spec.body.optional) throw appError('bad-request', `${spec.name} needs a body.`);
    return { ...findings, params: recordParams(classified, undefined) };
  }
  if (body.length > bodyBytesMax) throw appError('too-large', `The body is larger than ${bodyBytesMax} bytes.`);
  const checked = checkFields(dropRepeated(classified, parseJson(body)), bodies[spec.body.json], findings.hostAccess);
  if (checked.kind === 'null' && !spec.body.optional) throw appError('bad-request', `${spec.name} needs a body.`);
  const plain = toPlain(checked);
  inspectBody[spec.body.json]?.(findings, asPlain(plain), classified);
  addBodyTargets(findings, classified, asPlain(plain));
  return { ...findings, body: Buffer.from(printJson(checked)), params: recordParams(classified, plain) };
}

/** A rule for each body that can carry host access, call out or name another object. */
const inspectBody: Partial<Record<BodyName, (findings: Findings, body: Plain, classified: Classified) => void>> = {
  auth: inspectAuth,
  'container-create': inspectContainerCreate,
  'container-update': inspectContainerUpdate,
  'exec-create': inspectExecCreate,
  'network-connect': (findings, body, { params }) => inspectNetworkConnect(findings, body, params.id ?? ''),
  'network-create': inspectNetworkCreate,
  'secret-create': inspectSecret,
  'secret-update': inspectSecret,
  'config-create': inspectSecret,
  'config-update': inspectSecret,
  'service-create': (findings, body) => inspectService(findings, body),
  'service-update': (findings, body) => inspectService(findings, body),
  'swarm-init': inspectSwarm,
  'swarm-join': inspectSwarm,
  'swarm-update': inspectSwarm,
  'volume-create': (findings, body) => {
    inspectVolumeDriver(findings, 'Driver', body.Driver, body.DriverOpts);
    if (body.ClusterVolumeSpec !== undefined && body.ClusterVolumeSpec !== null) {
      addReason(
        findings,
        'ClusterVolumeSpec',
        'A cluster volume is made by a plugin, which has host access.',
        'volume-driver',
        'cluster',
      );
    }
  },
  'volume-update': (findings) =>
    addReason(findings, 'Spec', 'Only cluster volumes of plugins can be updated.', 'volume-driver', 'cluster'),
};

function addBodyTargets(findings: Findings, { spec }: Classified, body: Plain): void {
  for (const target of spec.targets) {
    if (target.from !== 'body') continue;
    const name = asText(body[target.param]);
    if (name !== '') findings.targets.push({ ...target, name });
    else if (!target.makes) throw appError('bad-request', `${target.param} is missing: it names the ${target.kind}.`);
  }
}

/**
 * Old engines read bodies where the definition has none (start took a HostConfig). dockerode sends its query parameters
 * as a body too: that is let through, and nothing of it goes on.
 */
function refuseStrayBody({ spec }: Classified, body: Buffer | undefined): void {
  if (spec.body === 'stream' || body === undefined || body.toString().trim() === '') return;
  const json = parseJson(body);
  const repeats = json.kind === 'object' && json.entries.every(([key]) => Object.hasOwn(spec.query, key));
  if (!repeats && json.kind !== 'null') throw appError('bad-request', `${spec.name} takes no body.`);
}

/** Leaves out what dockerode repeats of the query in the body, where engines ignore it: `name`, `repo`. */
function dropRepeated({ spec }: Classified, json: Json): Json {
  const shape = typeof spec.body === 'object' ? bodies[spec.body.json] : undefined;
  if (json.kind !== 'object' || shape?.kind !== 'struct') return json;
  const isField = (key: string) => shape.folded.has(foldKey(key));
  return { ...json, entries: json.entries.filter(([key]) => isField(key) || !Object.hasOwn(spec.query, key)) };
}
