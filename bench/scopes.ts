import { performance } from 'node:perf_hooks';
import { type Access, authorize, lookAt } from '#lib/authz/authorize.ts';
import type { Ask } from '#lib/gateway/ask.ts';
import { filterReply } from '#lib/gateway/scope/filter-reply.ts';
import { listedContainerObject } from '#lib/gateway/scope/objects.ts';
import type { EngineRef, Grant, ResourceScope } from '#lib/shared/access.ts';
import { type Row, repeat, runCount } from './numbers.ts';

const engine: EngineRef = { id: 'e', name: 'e', tags: [] };
const rowCount = 10_000;
const grantCount = 1000;
const decisionCount = 20_000;

/** What scopes cost: a decision among many grants, and the list of a large engine for somebody who sees a tenth of it. */
export async function measureScopes(): Promise<Row[]> {
  const many: Access = { grants: Array.from({ length: grantCount }, (_, at) => grantOf({ project: `p${at}` }, at)) };
  const one: Access = { grants: [grantOf({ project: 'p1' }, 0)] };
  const body = Buffer.from(JSON.stringify(Array.from({ length: rowCount }, (_, at) => listRow(at))));
  const objects = (JSON.parse(body.toString()) as unknown[]).map(listedContainerObject);
  const look = lookAt(one, 'container.list', engine, 0) ?? (() => 'plain' as const);
  const ask: Ask = {
    engines: { request: () => Promise.reject(new Error('no engine')), apiVersion: () => undefined },
    ...{ engineId: 'e', signal: new AbortController().signal, timeoutMs: 0 },
  };
  const decide = (at: number) => {
    const labels = { 'com.docker.compose.project': `p${at % grantCount}` };
    return authorize(many, 'container.stop', engine, 0, [{ kind: 'container', names: ['web'], labels }]).allow;
  };
  // Compiled once per principal, as in the console; and the first run is the compiler's.
  const decisions = await timed(() => count(decisionCount, decide));
  const predicate = await timed(() => objects.filter((object) => look(object) !== 'hidden').length);
  const raw = await timed(() => filterReply('container.list', body, { look, ask }));
  const what = `filtering a list of ${rowCount} containers`;
  return [
    {
      what: `one decision among ${grantCount} grants with scopes`,
      ...{ bar: 'under 20 us', unit: 'us', runs: decisions.map((ms) => (ms * 1000) / decisionCount) },
      keeps: (value) => value < 20,
    },
    { what: `${what}: rows in memory`, bar: 'under 15 ms', unit: 'ms', runs: predicate, keeps: (value) => value < 15 },
    {
      what: `${what}: the engine's bytes, ${(body.length / 1e6).toFixed(1)} MB`,
      ...{ bar: 'under 100 ms', unit: 'ms', runs: raw, keeps: (value) => value < 100 },
    },
  ];
}

async function timed(work: () => unknown): Promise<number[]> {
  await work();
  await work();
  return repeat(runCount, async () => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  });
}

function count(times: number, ask: (at: number) => boolean): number {
  let yes = 0;
  for (let at = 0; at < times; at += 1) yes += ask(at) ? 1 : 0;
  if (yes !== times) throw new Error('A decision went wrong.');
  return yes;
}

function grantOf(resource: ResourceScope, at: number): Grant {
  return {
    id: `g${at}`,
    subjectKind: 'user',
    subjectId: 'u',
    role: 'developer',
    scope: { kind: 'all', value: '' },
    resource,
  };
}

/** About what an engine says of a container of compose. */
function listRow(at: number) {
  const id = at.toString(16).padStart(64, '0');
  return {
    Id: id,
    Names: [`/p${at % 10}-web-${at}`],
    Image: 'busybox',
    ImageID: `sha256:${id}`,
    Command: "sh -c 'exec sleep 100000'",
    Created: 1_700_000_000 + at,
    Ports: [{ IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8000 + (at % 1000), Type: 'tcp' }],
    Labels: {
      'com.docker.compose.config-hash': id,
      'com.docker.compose.container-number': '1',
      'com.docker.compose.project': `p${at % 10}`,
      'com.docker.compose.service': 'web',
    },
    State: 'running',
    Status: 'Up 3 hours',
    HostConfig: { NetworkMode: 'default' },
    NetworkSettings: {
      Networks: { bridge: { NetworkID: id, EndpointID: id, Gateway: '172.17.0.1', IPAddress: '172.17.0.2' } },
    },
    Mounts: [],
  };
}
