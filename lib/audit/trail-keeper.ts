import type { Database } from '#lib/db/open-database.ts';
import type { SecretBox } from '#lib/db/secret-box.ts';
import { createLog } from '#lib/log.ts';
import { appError } from '#lib/shared/errors.ts';
import {
  defaultTrailSettings,
  type SinkConfig,
  type SinkState,
  type TrailSettings,
  type TrailSettingsChange,
  trailSettingsSchema,
} from '#lib/shared/trail.ts';
import { createRetention } from './retention.ts';
import { checkSinkPath, createFileSink } from './sinks/file-sink.ts';
import { checkHost } from './sinks/safe-lookup.ts';
import type { Sink } from './sinks/sink.ts';
import { createSinkQueue, type SinkQueue } from './sinks/sink-queue.ts';
import { createSyslogSink, type SyslogPlace } from './sinks/syslog-sink.ts';
import { createWebhookSink } from './sinks/webhook-sink.ts';
import type { Audit } from './types.ts';

const log = createLog();
const settingsKey = 'trail-settings';
const sealPurpose = 'trail-sink';
const secretCharsMax = 200;

/** Keeps the trail for as long as it is wanted and tells it to its sinks, as the settings say. */
export interface TrailKeeper {
  /** As they are in force, with no secret in them. */
  settings(): TrailSettings;
  /** Throws bad-request with a sentence. Resolves with what is in force now. */
  update(change: TrailSettingsChange): Promise<TrailSettings>;
  sinkStates(): SinkState[];
  /** Sends a test through one sink, past its queue; rejects with its own error. */
  testSink(id: string, by: string): Promise<void>;
  onChange(listener: (settings: TrailSettings) => void): () => void;
  stop(): Promise<void>;
}

export interface TrailKeeperDeps {
  db: Database;
  audit: Audit;
  secretBox: Pick<SecretBox, 'seal' | 'open'>;
  dataDir: string;
}

export async function openTrailKeeper(deps: TrailKeeperDeps): Promise<TrailKeeper> {
  const { db, audit, secretBox, dataDir } = deps;
  const listeners = new Set<(settings: TrailSettings) => void>();
  const queues = new Map<string, { config: string; queue: SinkQueue }>();
  /** With the sealed secrets. */
  let stored = await load(db);
  let changing: Promise<unknown> = Promise.resolve();

  function openSink(sink: SinkConfig): Sink {
    if (sink.kind === 'file') return createFileSink(checkSinkPath(sink.path, dataDir));
    if (sink.kind === 'webhook') {
      const secret = sink.secret === undefined ? undefined : secretBox.open(sealPurpose, sink.secret);
      return createWebhookSink(sink.url, secret);
    }
    return createSyslogSink(syslogPlace(sink));
  }

  /** Ends the queues of sinks that are gone or differ, and opens the others; what waits for a sink that stays, stays. */
  async function follow(): Promise<void> {
    const wanted = new Map(stored.sinks.map((sink) => [sink.id, JSON.stringify(sink)]));
    for (const [id, { config, queue }] of queues) {
      if (wanted.get(id) === config) continue;
      queues.delete(id);
      await queue.stop();
    }
    for (const sink of stored.sinks) {
      if (queues.has(sink.id)) continue;
      try {
        queues.set(sink.id, { config: JSON.stringify(sink), queue: createSinkQueue(openSink(sink)) });
      } catch (error) {
        // For example sealed under another secret: the trail itself goes on.
        log.error('a sink of the trail can not be opened', { sink: sink.name, error });
      }
    }
  }

  const unlisten = audit.onStored((state) => {
    for (const { queue } of queues.values()) queue.push({ type: 'record', ...state });
  });
  await follow();
  const retention = createRetention({ db, audit, settings: () => stored });

  async function change(asked: TrailSettingsChange): Promise<TrailSettings> {
    const sinks = asked.sinks?.map((sink) => prepare(deps, sink, stored.sinks));
    const parsed = trailSettingsSchema.safeParse(
      { ...stored, ...asked, ...(sinks ? { sinks } : {}) },
      { reportInput: false },
    );
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw appError('bad-request', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
    }
    const value = JSON.stringify(parsed.data);
    await db
      .insertInto('settings')
      .values({ key: settingsKey, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    stored = parsed.data;
    await follow();
    const shown = withoutSecrets(stored);
    for (const listener of listeners) listener(shown);
    retention.runSoon();
    return shown;
  }

  return {
    settings: () => withoutSecrets(stored),
    update(asked) {
      const done = changing.then(() => change(asked));
      changing = done.catch(() => undefined);
      return done;
    },
    sinkStates: () =>
      stored.sinks.map(({ id }) => {
        const state = queues.get(id)?.queue.state();
        return state
          ? { id, ...state }
          : { id, queued: 0, dropped: 0, delivered: 0, lastError: 'It can not be opened; save it again.' };
      }),
    async testSink(id, by) {
      const found = queues.get(id);
      if (!found) throw appError('not-found', 'There is no such sink.');
      try {
        await found.queue.test({ type: 'test', at: Date.now(), by });
      } catch (error) {
        throw appError(
          'unavailable',
          `It did not arrive: ${error instanceof Error ? error.message : String(error)}`,
          error,
        );
      }
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      unlisten();
      await retention.stop();
      await changing;
      await Promise.all([...queues.values()].map(({ queue }) => queue.stop()));
    },
  };
}

/** A sink as it is stored: places checked, a new secret sealed, an old one kept. */
function prepare({ secretBox, dataDir }: TrailKeeperDeps, sink: SinkConfig, before: readonly SinkConfig[]): SinkConfig {
  if (sink.kind === 'file') return { ...sink, path: checkSinkPath(sink.path, dataDir) };
  if (sink.kind === 'syslog') {
    const place = syslogPlace(sink);
    if ('host' in place) checkHost(place.host);
    return sink;
  }
  checkHost(new URL(sink.url).hostname);
  if (sink.secret !== undefined && sink.secret.length > secretCharsMax) {
    throw appError('bad-request', `The secret has more than ${secretCharsMax} characters.`);
  }
  if (sink.secret !== undefined) return { ...sink, secret: secretBox.seal(sealPurpose, sink.secret) };
  const old = before.find(({ id }) => id === sink.id);
  // Kept only for the same place: else whoever may not read it could have it used for a receiver of his own.
  const secret = old?.kind === 'webhook' && old.url === sink.url ? old.secret : undefined;
  return secret === undefined ? sink : { ...sink, secret };
}

function syslogPlace({ transport, host, port, path }: SinkConfig & { kind: 'syslog' }): SyslogPlace {
  if (transport === 'unix') {
    if (path === undefined || !path.startsWith('/')) throw appError('bad-request', 'Name the path of the unix socket.');
    return { transport, path };
  }
  if (!host) throw appError('bad-request', 'Name the host of the syslog receiver.');
  return { transport, host, port: port ?? (transport === 'udp' ? 514 : 601) };
}

function withoutSecrets(settings: TrailSettings): TrailSettings {
  const sinks = settings.sinks.map((sink): SinkConfig => {
    if (sink.kind !== 'webhook') return sink;
    const { secret: _, ...rest } = sink;
    return rest;
  });
  return { ...settings, sinks };
}

async function load(db: Database): Promise<TrailSettings> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', settingsKey).executeTakeFirst();
  if (!row) return defaultTrailSettings;
  const parsed = trailSettingsSchema.safeParse(JSON.parse(row.value));
  if (!parsed.success) throw new Error(`The trail's settings are not understood: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
