import type { Classified } from './classified.ts';
import type { Inspected } from './inspected.ts';
import { type Json, parseJson, printJson } from './json.ts';

const connects: readonly string[] = ['network.connect', 'network.disconnect'];
const namespaceFields = ['NetworkMode', 'PidMode', 'IpcMode'];

/**
 * Replaces the names of the containers whose namespaces or volumes a request takes, or that it connects, by the full ids that were judged
 * (`ids`, by name). Else whoever may rename could have a harmless container judged, and hand its name to one with host
 * access before the engine looks it up: at the create, or in 20.10 at any later start.
 */
export function pinContainers<T extends { classified: Classified; inspected: Inspected }>(
  judged: T,
  ids: ReadonlyMap<string, string>,
): T {
  const { classified, inspected } = judged;
  if (ids.size === 0) return judged;
  const query = classified.query.map(
    ([name, value]) => [name, name === 'networkmode' ? pinMode(value, ids) : value] as const,
  );
  const pinned = { ...judged, classified: { ...classified, query } };
  if (inspected.body === undefined) return pinned;
  if (connects.includes(classified.operation)) {
    const body = inEntry(parseJson(inspected.body), 'Container', (name) =>
      inText(name, (text) => ids.get(text) ?? text),
    );
    return { ...pinned, inspected: { ...inspected, body: Buffer.from(printJson(body)) } };
  }
  if (classified.operation !== 'container.create') return pinned;
  const body = inEntry(parseJson(inspected.body), 'HostConfig', (host) => {
    let changed = inEntry(host, 'VolumesFrom', (from) =>
      from.kind === 'array'
        ? { kind: 'array', items: from.items.map((item) => inText(item, (text) => pinFrom(text, ids))) }
        : from,
    );
    for (const field of namespaceFields) {
      changed = inEntry(changed, field, (mode) => inText(mode, (text) => pinMode(text, ids)));
    }
    return changed;
  });
  return { ...pinned, inspected: { ...inspected, body: Buffer.from(printJson(body)) } };
}

/** `container:name` */
function pinMode(mode: string, ids: ReadonlyMap<string, string>): string {
  const name = /^container:\/?(.+)$/s.exec(mode)?.[1];
  const id = name === undefined ? undefined : ids.get(name);
  return id === undefined ? mode : `container:${id}`;
}

/** `name` or `name:ro` */
function pinFrom(from: string, ids: ReadonlyMap<string, string>): string {
  const [name = '', ...rest] = from.split(':');
  return [ids.get(name.replace(/^\//, '')) ?? name, ...rest].join(':');
}

function inEntry(json: Json, key: string, change: (value: Json) => Json): Json {
  if (json.kind !== 'object') return json;
  return { ...json, entries: json.entries.map(([name, value]) => [name, name === key ? change(value) : value]) };
}

function inText(json: Json, change: (text: string) => string): Json {
  return json.kind === 'string' ? { ...json, value: change(json.value) } : json;
}
