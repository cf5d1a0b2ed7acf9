import { openAccessSignal } from '#lib/db/access-signal.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import type { Log } from '#lib/log.ts';
import { type AppError, appError } from '#lib/shared/errors.ts';
import type { EngineStatus, InventoryChange } from '#lib/shared/inventory.ts';
import { adoptFirst } from './adopt-first.ts';
import { applyChange } from './apply-change.ts';
import { differs, isReachedAnew } from './engine-difference.ts';
import { checkEndpoint, engineChangeSchema, engineInputSchema, parseInput } from './engine-input.ts';
import { createEngineLink, type EngineLink } from './engine-link.ts';
import { createEngineStore, type StoredEngine } from './engine-store.ts';
import { createListeners } from './listeners.ts';
import { probeEngine } from './probe.ts';
import type { EngineConfig, EngineInput, Engines } from './types.ts';

interface Entry extends StoredEngine {
  /** Absent when the stored secrets can't be opened or the stored address is none. */
  link?: EngineLink;
  problem?: AppError;
}

/** Builds the engine room from what is stored. Nothing is connected before `start`. */
export async function createEngines(options: {
  db: Database;
  secretBox: SecretBox;
  log: Log;
  now?: () => number;
}): Promise<Engines> {
  const { db, secretBox, log } = options;
  const now = options.now ?? Date.now;
  const signal = await openAccessSignal(db, 'engines');
  const store = createEngineStore({ db, secretBox, signal, now });
  const entries = new Map<string, Entry>();
  const changes = createListeners<[string, InventoryChange]>(log);
  const resets = createListeners<[string]>(log);
  const statuses = createListeners<[string, EngineStatus | undefined]>(log);
  let started = false;
  let stopped = false;
  // One change of the configuration at a time: two renames to one name must not both find it free.
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = queue.then(work);
    queue = turn.catch(() => undefined);
    return turn;
  };

  for (const stored of await store.load()) install(stored);
  signal.onChange(() => {
    inTurn(reload).catch((error: unknown) => log.error('the changed engines could not be loaded', { error }));
  });

  function install(stored: StoredEngine): Entry {
    const { config, secrets, sealedProblem } = stored;
    const { id } = config;
    const entry: Entry = { ...stored };
    entries.set(id, entry);
    try {
      if (sealedProblem) throw appError('internal', sealedProblem);
      const endpoint = checkEndpoint({ url: config.url, secrets, hostKey: config.hostKey });
      entry.link = createEngineLink({
        ...{ config, endpoint, log, now },
        listeners: {
          onChange: (change) => changes.emit(id, change),
          onReset: () => resets.emit(id),
          onStatus: () => statuses.emit(id, statusOf(entry)),
        },
      });
      if (started && !stopped) entry.link.start();
    } catch (error) {
      entry.problem = appError('engine-unreachable', error instanceof Error ? error.message : String(error), error);
      log.warn('An engine can not be used', { engine: config.name, problem: entry.problem.message });
    }
    return entry;
  }

  function entryOf(id: string): Entry {
    const entry = entries.get(id);
    if (!entry) throw appError('not-found', 'There is no such engine.');
    return entry;
  }

  function linkOf(id: string): EngineLink {
    const entry = entryOf(id);
    if (!entry.link) throw appError('engine-unreachable', entry.problem?.message ?? 'The engine can not be used.');
    return entry.link;
  }

  function statusOf({ config, link, problem }: Entry): EngineStatus {
    if (link) return link.status();
    const { id, name, aliases, tags, url, transport } = config;
    return { id, name, aliases, tags: [...tags], url, transport, state: 'down', problem: problem?.message };
  }

  function refuseTaken(name: string, ownId?: string): void {
    for (const { config } of entries.values()) {
      if (config.id === ownId) continue;
      if (config.name === name) throw appError('conflict', `There is already an engine named ${name}.`);
      if (config.aliases.includes(name))
        throw appError('conflict', `${name} is the former name of ${config.name} and still leads to it.`);
    }
  }

  async function add(input: EngineInput): Promise<EngineConfig> {
    const parsed = parseInput(engineInputSchema, input);
    checkEndpoint(parsed);
    refuseTaken(parsed.name);
    const entry = install(await store.insert(parsed));
    statuses.emit(entry.config.id, statusOf(entry));
    return entry.config;
  }

  async function update(id: string, input: Partial<EngineInput>): Promise<EngineConfig> {
    const change = parseInput(engineChangeSchema, input);
    const entry = entryOf(id);
    const before = entry.config;
    const next = applyChange(entry, change);
    if (change.name) refuseTaken(change.name, id);
    const reconnect =
      change.url !== undefined || change.secrets !== undefined || next.config.hostKey !== before.hostKey;
    // Secrets that can't be opened any more would be overwritten by an empty set: name and tags may change, no more.
    if (entry.sealedProblem && !change.secrets && change.url !== undefined)
      throw appError('conflict', entry.sealedProblem);
    if (reconnect) checkEndpoint({ url: next.config.url, secrets: next.secrets, hostKey: next.config.hostKey });
    await store.save(next, { keepSecrets: entry.sealedProblem !== undefined && !change.secrets });
    const sealedProblem = change.secrets ? undefined : entry.sealedProblem;
    await apply({ ...next, sealedProblem }, entry, reconnect);
    return entryOf(id).config;
  }

  async function apply(next: StoredEngine, before: StoredEngine, reconnect: boolean): Promise<void> {
    const { id } = before.config;
    const entry = entryOf(id);
    if (!reconnect) {
      Object.assign(entry, next);
      entry.link?.describe(next.config);
    } else {
      await entry.link?.stop();
      install(next);
      resets.emit(id);
    }
    statuses.emit(id, statusOf(entryOf(id)));
  }

  /** Another process (bin/pilothouse, a second console) has changed the engines. */
  async function reload(): Promise<void> {
    if (stopped) return;
    const stored = new Map((await store.load()).map((next) => [next.config.id, next]));
    for (const [id, entry] of [...entries]) if (!stored.has(id)) await uninstall(entry);
    for (const [id, next] of stored) {
      const before = entries.get(id);
      if (!before) statuses.emit(id, statusOf(install(next)));
      else if (differs(next, before)) await apply(next, before, isReachedAnew(next, before));
    }
  }

  async function uninstall({ config: { id }, link }: Entry): Promise<void> {
    entries.delete(id);
    await link?.stop();
    statuses.emit(id, undefined);
  }

  const engines: Engines = {
    list: () => [...entries.values()].map(({ config }) => config),
    find(nameOrId) {
      const byId = entries.get(nameOrId);
      if (byId) return byId.config;
      const configs = engines.list();
      // A name goes before another engine's former one, though `refuseTaken` keeps them apart.
      return configs.find(({ name }) => name === nameOrId) ?? configs.find(({ aliases }) => aliases.includes(nameOrId));
    },
    add: (input) => inTurn(() => add(input)),
    update: (id, change) => inTurn(() => update(id, change)),
    remove: (id) =>
      inTurn(async () => {
        const entry = entryOf(id);
        await store.remove(id);
        await uninstall(entry);
      }),
    // A name is not needed to connect: the form tests before it is whole.
    async test({ id, name: _name, tags: _tags, ...input }, signal) {
      const change = parseInput(engineChangeSchema, input);
      const stored = id === undefined ? undefined : entryOf(id);
      const { config, secrets } = stored
        ? applyChange(stored, change)
        : { config: { url: change.url ?? '', hostKey: change.hostKey || undefined }, secrets: change.secrets ?? {} };
      return await probeEngine(checkEndpoint({ url: config.url, secrets, hostKey: config.hostKey }), signal);
    },
    adoptFirst: (config) => adoptFirst({ config, engines, everAdded: store.everAdded, log }),

    request: async (id, request) => linkOf(id).request(request),
    connect: async (id, signal) => linkOf(id).connect(signal),
    agent: (id) => linkOf(id).agent(),
    apiVersion: (id) => entries.get(id)?.link?.apiVersion(),
    status(id) {
      const entry = entries.get(id);
      return entry && statusOf(entry);
    },
    statuses: () => [...entries.values()].map(statusOf),
    snapshot(id, kinds) {
      const { link, config } = entryOf(id);
      return link?.snapshot(kinds) ?? { engine: config.name, version: 0, rows: [] };
    },
    onChange: changes.add,
    onReset: resets.add,
    onStatus: statuses.add,
    start() {
      started = true;
      for (const { link } of entries.values()) link?.start();
    },
    async stop() {
      stopped = true;
      await signal.stop();
      await Promise.all([...entries.values()].map(async ({ link }) => link?.stop()));
    },
  };
  return engines;
}
