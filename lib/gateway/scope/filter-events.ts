import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ScopeObject } from '#lib/shared/access.ts';
import { type Ask, askEngine, askEngineFor } from '../ask.ts';
import { lineBytesMax } from '../filter.ts';
import { maskEvent } from '../mask.ts';
import { imagePath, segment } from '../told.ts';
import type { View } from './filter-rows.ts';
import { toObject } from './lookups.ts';
import {
  imageObject,
  inspectedContainerObject,
  isAnonymousVolume,
  listedContainerObject,
  networkObject,
  volumeObject,
} from './objects.ts';

const eventSchema = z.object({
  Type: z.string(),
  Action: z.string().default(''),
  Actor: z.object({
    ID: z.string().default(''),
    Attributes: z
      .record(z.string(), z.string())
      .nullish()
      .transform((value) => value ?? {}),
  }),
});
type Event = z.infer<typeof eventSchema>;

/** The objects that are remembered for events that tell only an id; the oldest go first. */
const knownMax = 20_000;

/**
 * The events of what is in sight, in the engine's own bytes, masked where the grants on the object show no secrets.
 * Events of containers carry their labels; networks, volumes and images are looked up, and what is gone by then is
 * known only if it was there when the stream began or has been looked up since. What nobody knows is left out.
 */
export function filterEvents(body: Readable, view: View): Readable {
  const known = new Map<string, ScopeObject[]>();
  // While the first lists are asked for nobody reads, and an error without a listener would end the process.
  body.on('error', () => undefined);
  const lines = Readable.from(filterLines(body, view, known), { objectMode: false });
  lines.on('close', () => body.destroy());
  return lines;
}

async function* filterLines(body: Readable, view: View, known: Map<string, ScopeObject[]>): AsyncGenerator<Buffer> {
  await rememberAll(view.ask, known);
  for await (const line of linesOf(body)) {
    const look = await lookAtEvent(line, view, known);
    if (look !== 'hidden') yield look === 'masked' ? maskEvent(line) : line;
  }
}

/** Whole lines with their ends; one that is too long is left out, see createLineFilter. */
async function* linesOf(body: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const last = chunk.subarray(start, end + 1);
      if (waitingBytes + last.length <= lineBytesMax)
        yield waiting.length > 0 ? Buffer.concat([...waiting, last]) : last;
      waiting = [];
      waitingBytes = 0;
      start = end + 1;
    }
    const rest = chunk.subarray(start);
    waitingBytes += rest.length;
    if (waitingBytes > lineBytesMax) waiting = [];
    else if (rest.length > 0) waiting.push(rest);
  }
  if (waiting.length > 0) yield Buffer.concat(waiting);
}

async function lookAtEvent(line: Buffer, view: View, known: Map<string, ScopeObject[]>) {
  // RFC 7464 puts a record separator in front.
  const text = line.toString('utf8', line[0] === 0x1e ? 1 : 0);
  if (text.trim() === '') return 'plain';
  const event = eventSchema.parse(JSON.parse(text));
  const objects = await objectsOf(event, view.ask, known);
  const looks = objects.map((object) => view.look(object));
  if (looks.length === 0 || looks.includes('hidden')) return 'hidden';
  return looks.includes('masked') ? 'masked' : 'plain';
}

/** All that must be in sight for the event to be; none: nobody with a scope sees it. */
async function objectsOf(event: Event, ask: Ask, known: Map<string, ScopeObject[]>): Promise<ScopeObject[]> {
  const { Type, Action, Actor } = event;
  const { ID, Attributes } = Actor;
  switch (Type) {
    case 'container': {
      if (ID === '' || Attributes.name === undefined) return [];
      const object = toObject(listedContainerObject({ Id: ID, Names: [Attributes.name], Labels: Attributes }));
      remember(known, `container ${ID}`, [object]);
      return [object];
    }
    case 'network':
    case 'volume': {
      const own = await find(ask, known, Type, ID);
      // Who sees a shared network does not see who else comes and goes there.
      const container = Attributes.container ? await find(ask, known, 'container', Attributes.container) : undefined;
      if (own.length === 0 || container?.length === 0) return [];
      return [...own, ...(container ?? [])];
    }
    case 'image':
      // By its name where the event tells it so; labels of the image stand among the attributes and are not believed.
      if (!/^sha256:/.test(ID)) return [{ kind: 'image', names: [ID] }];
      return named.has(Action) && Attributes.name
        ? [{ kind: 'image', names: [Attributes.name] }]
        : find(ask, known, Type, ID);
    default:
      return [];
  }
}

/** Events that are about a name of an image, which must be in sight itself; another of the same image is not enough. */
const named = new Set(['tag', 'push', 'pull', 'save', 'import', 'load']);

async function find(ask: Ask, known: Map<string, ScopeObject[]>, kind: string, id: string): Promise<ScopeObject[]> {
  const key = `${kind} ${id}`;
  const before = known.get(key);
  // A volume may be another one of the same name by now, and an image may have other names.
  if (before && (kind === 'container' || kind === 'network')) return before;
  const now = await lookUp(ask, kind, id);
  if (!now) return before ?? [];
  remember(known, key, now);
  return now;
}

async function lookUp(ask: Ask, kind: string, id: string): Promise<ScopeObject[] | undefined> {
  switch (kind) {
    case 'container': {
      const reply = await askEngine(ask, `/containers/${segment(id)}/json`);
      return reply === undefined ? undefined : [toObject(inspectedContainerObject(reply))];
    }
    case 'network': {
      const reply = await askEngine(ask, `/networks/${segment(id)}`);
      return reply === undefined ? undefined : [toObject(networkObject(reply))];
    }
    case 'volume': {
      const reply = await askEngine(ask, `/volumes/${segment(id)}`);
      if (reply === undefined) return undefined;
      const told = volumeObject(reply);
      // Its container is judged beside it, by mount and unmount events; others tell of nobody's volume.
      return isAnonymousVolume(told) ? [] : [toObject(told)];
    }
    default: {
      const reply = await askEngine(ask, `/images/${imagePath(id)}/json`);
      return reply === undefined ? undefined : [toObject(imageObject(reply))];
    }
  }
}

/** What is there when the stream begins: at the event of its removal nobody can be asked any more. */
async function rememberAll(ask: Ask, known: Map<string, ScopeObject[]>): Promise<void> {
  const list = async (path: string) => z.array(z.unknown()).parse(await askEngineFor(ask, path));
  for (const row of await list('/containers/json?all=1')) {
    const { id, ...told } = listedContainerObject(row);
    remember(known, `container ${id}`, [toObject(told)]);
  }
  for (const row of await list('/networks')) {
    remember(known, `network ${z.object({ Id: z.string() }).parse(row).Id}`, [toObject(networkObject(row))]);
  }
  const volumes = z.object({ Volumes: z.array(z.unknown()).nullish() }).parse(await askEngineFor(ask, '/volumes'));
  for (const row of volumes.Volumes ?? []) {
    const told = volumeObject(row);
    if (!isAnonymousVolume(told)) remember(known, `volume ${told.names[0]}`, [toObject(told)]);
  }
  for (const row of await list('/images/json')) {
    remember(known, `image ${z.object({ Id: z.string() }).parse(row).Id}`, [toObject(imageObject(row))]);
  }
}

function remember(known: Map<string, ScopeObject[]>, key: string, objects: ScopeObject[]): void {
  known.delete(key);
  known.set(key, objects);
  const [oldest] = known.keys();
  if (known.size > knownMax && oldest !== undefined) known.delete(oldest);
}
