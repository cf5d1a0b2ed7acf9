import { z } from 'zod';
import { castHeader, getRecording, listRecordings, readLines } from '#lib/audit/recordings/read-recordings.ts';
import { searchRecordings } from '#lib/audit/recordings/search-recordings.ts';
import type { RecordingInfo, RecordingQuery } from '#lib/audit/recordings/types.ts';
import { authorize } from '#lib/authz/authorize.ts';
import type { Runtime } from '#lib/runtime.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError } from '#lib/shared/errors.ts';
import { type AnyContext, changeRoute, readRoute } from './route.ts';
import { streamText } from './stream-text.ts';

const text = z.string().max(500).optional();
const filters = z.object({ user: text, engine: text, container: text, record: text, before: text });
const listQuery = filters.extend({ limit: z.coerce.number().int().min(1).max(200).default(50) });
const searchQuery = filters.extend({ text: z.string().trim().min(2, 'is too short to search for').max(200) });
/** A page that watches and does not take what it is sent must not fill the server's memory. */
const watchCharsMax = 8 * 1024 * 1024;

async function toQuery({ identity, engines }: Runtime, asked: z.infer<typeof filters>, limit: number) {
  const { user, engine } = asked;
  const query: RecordingQuery = {
    userId: user?.includes('@') ? ((await identity.users.byEmail(user))?.id ?? user) : user,
    engineId: engine === undefined ? undefined : (engines.find(engine)?.id ?? engine),
    container: asked.container,
    auditId: asked.record,
    before: asked.before,
    limit,
  };
  return query;
}

async function must({ runtime, id }: AnyContext): Promise<RecordingInfo> {
  const info = await getRecording(runtime.db, id);
  if (!info) throw appError('not-found', 'There is no such recording.');
  return info;
}

/** Whoever looks into a recording is in the trail himself. */
async function describeOne(context: AnyContext, action: string) {
  const info = await must(context);
  const { id, engineId, engineName, containerId, containerName } = info;
  const targets = [
    { kind: 'recording', id, name: info.email ?? '' },
    { kind: 'container', id: containerId, name: containerName },
  ];
  return { engineId, engineName, targets, params: { action } };
}

function castResponse(lines: AsyncGenerator<string>, name?: string): Response {
  const headers: Record<string, string> = { 'Content-Type': 'application/x-asciicast', 'Cache-Control': 'no-store' };
  if (name) headers['Content-Disposition'] = `attachment; filename="${name}"`;
  return new Response(streamText(lines), { headers });
}

/** Recorded terminals, for whoever holds `console.recordings`. `[id]` is a recording's. */
export const recordingRoutes = {
  list: readRoute({
    allow: 'console.recordings',
    query: listQuery,
    handle: async ({ runtime, query }) => {
      const found = await listRecordings(runtime.db, await toQuery(runtime, query, query.limit));
      return { rows: found.recordings, more: found.more };
    },
  }),
  search: readRoute({
    allow: 'console.recordings',
    query: searchQuery,
    describe: ({ query }) => ({ params: { action: 'search', text: query.text } }),
    handle: async ({ runtime, query, signal }) => {
      const { limit: _, ...rest } = await toQuery(runtime, query, 1);
      return searchRecordings(runtime.db, rest, query.text, signal);
    },
  }),
  get: readRoute({
    allow: 'console.recordings',
    handle: async (context) => ({ recording: await must(context) }),
  }),
  cast: readRoute({
    allow: 'console.recordings',
    describe: (context) => describeOne(context, 'play'),
    handle: async (context) => {
      const info = await must(context);
      return castResponse(castLines(context.runtime, info), `pilothouse-${info.id}.cast`);
    },
  }),
  /** What was so far and then what comes, until the session ends or the right to see it does. */
  watch: readRoute({
    allow: 'console.recordings',
    describe: (context) => describeOne(context, 'watch'),
    handle: async (context) => {
      const { runtime, principal, signal } = context;
      return castResponse(watchLines(runtime, await must(context), principal, signal));
    },
  }),
  end: changeRoute({
    allow: 'console.recordings',
    describe: (context) => describeOne(context, 'end'),
    handle: async ({ runtime, id, principal }) => {
      if (!runtime.recorder.end(id, principal.email)) throw appError('conflict', 'This session is over already.');
      return undefined;
    },
  }),
};

async function* castLines({ db }: Runtime, info: RecordingInfo): AsyncGenerator<string> {
  yield castHeader(info);
  yield* readLines(db, info.id);
}

async function* watchLines(
  runtime: Runtime,
  info: RecordingInfo,
  principal: UserPrincipal,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const live: string[] = [];
  let chars = 0;
  let over = false;
  let wake = Promise.withResolvers<void>();
  const stop = () => {
    over = true;
    wake.resolve();
  };
  const follow = runtime.recorder.follow(info.id, (line) => {
    if (line === undefined) return stop();
    live.push(line);
    chars += line.length;
    if (chars > watchCharsMax) stop();
    wake.resolve();
  });
  const unwatch = runtime.identity.watch(principal, (now) => {
    if (!now || !authorize(now, 'console.recordings', undefined, Date.now()).allow) stop();
  });
  signal.addEventListener('abort', stop, { once: true });
  try {
    yield castHeader(info);
    await follow?.stored;
    // What came while we asked for the stored lines is in both: the time of the last stored one tells.
    let last = -1;
    for await (const text of readLines(runtime.db, info.id)) {
      if (over && signal.aborted) return;
      last = secondsOf(text.trimEnd().split('\n').at(-1) ?? '') ?? last;
      yield text;
    }
    let isFirst = true;
    while (follow) {
      const lines = live.splice(0);
      chars = 0;
      const fresh = isFirst ? lines.filter((line) => (secondsOf(line) ?? 0) > last) : lines;
      isFirst = false;
      if (fresh.length > 0) yield fresh.join('');
      if (over) return;
      if (live.length === 0) await wake.promise;
      wake = Promise.withResolvers();
    }
  } finally {
    follow?.stop();
    unwatch();
  }
}

function secondsOf(line: string): number | undefined {
  const match = /^\[([\d.]+),/.exec(line);
  return match ? Number(match[1]) : undefined;
}
