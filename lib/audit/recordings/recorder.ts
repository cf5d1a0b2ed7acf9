import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { newId } from '#lib/db/new-id.ts';
import { createLog } from '#lib/log.ts';
import { type AppError, appError } from '#lib/shared/errors.ts';
import { isRecordedOn, type TrailSettings } from '#lib/shared/trail.ts';
import { describePrincipal } from '../audit-row.ts';
import { createEchoWatch } from './echo.ts';
import type { Recording, RecordingChange, SessionFacts } from './types.ts';

const log = createLog();
const compress = promisify(gzip);

/** What is kept of the output of one session, in characters; what is typed goes on until the second limit. */
export const outputMax = 32 * 1024 * 1024;
const sessionMax = 36 * 1024 * 1024;
/** Waits to be stored: past it whoever feeds the recording should wait. */
const waitingMax = 1024 * 1024;
const chunkChars = 64 * 1024;
const flushMs = 2000;
const sessionsMax = 2000;

/** Records the terminals that the rules name. */
export interface Recorder {
  /** Undefined: not to be recorded. Rejects when it is to be and can't: the session must not begin then. */
  begin(facts: SessionFacts): Promise<Recording | undefined>;
  /** The terminal of this exec or container has another size now. */
  resized(engineId: string, streamId: string, size: { cols: number; rows: number }): void;
  /** Follows a running session: its lines that are not stored yet, then each as it comes. Undefined: it is not running. */
  follow(id: string, listener: (line: string | undefined) => void): { stored: Promise<void>; stop(): void } | undefined;
  /** Ends a running session; false: it is not running. */
  end(id: string, by: string): boolean;
  stop(): Promise<void>;
}

export interface RecorderDeps {
  store: (change: RecordingChange) => Promise<void>;
  settings: () => Pick<TrailSettings, 'recordingRules' | 'recordInput'>;
  now?: () => number;
}

interface Live extends Recording {
  key: string;
  resize(size: { cols: number; rows: number }): void;
  follow(listener: (line: string | undefined) => void): { stored: Promise<void>; stop(): void };
  kill(reason: AppError): void;
}

export function createRecorder({ store, settings, now = Date.now }: RecorderDeps): Recorder {
  const live = new Map<string, Live>();

  return {
    async begin(facts) {
      const { recordingRules, recordInput } = settings();
      if (!isRecordedOn(recordingRules, facts.engine)) return undefined;
      if (live.size >= sessionsMax) throw appError('unavailable', 'Too many terminals are being recorded at once.');
      const at = now();
      const id = newId(at);
      await store({ id, insert: firstRow(id, at, facts) }).catch((error: unknown) => {
        throw appError('unavailable', 'Terminals are recorded here, and this one can not be stored.', error);
      });
      const recording = startRecording({ id, at, facts, store, now, keepInput: recordInput === 'echoed' });
      live.set(id, recording);
      return {
        ...recording,
        get isFull() {
          return recording.isFull;
        },
        finish: () => recording.finish().finally(() => live.delete(id)),
      };
    },
    resized(engineId, streamId, size) {
      for (const recording of live.values()) if (recording.key === `${engineId}/${streamId}`) recording.resize(size);
    },
    follow: (id, listener) => live.get(id)?.follow(listener),
    end(id, by) {
      const recording = live.get(id);
      recording?.kill(appError('forbidden', `This session was ended by ${by}.`));
      return recording !== undefined;
    },
    async stop() {
      for (const recording of live.values()) recording.kill(appError('unavailable', 'The console is stopping.'));
      await Promise.all([...live.values()].map((recording) => recording.finish()));
      live.clear();
    },
  };
}

function firstRow(id: string, at: number, facts: SessionFacts): NonNullable<RecordingChange['insert']> {
  const { engine, container } = facts;
  return {
    id,
    audit_id: facts.auditId ?? null,
    at,
    ...describePrincipal(facts.principal),
    engine_id: engine.id,
    engine_name: engine.name,
    container_id: container.id,
    container_name: container.name,
    kind: facts.kind,
    command: JSON.stringify(facts.command).slice(0, 4000),
    tty: facts.tty ? 1 : 0,
    cols: 80,
    rows: 24,
    state: 'running',
    duration_ms: 0,
    bytes: 0,
    chunks: 0,
    note: null,
  };
}

interface Start {
  id: string;
  at: number;
  facts: SessionFacts;
  store: RecorderDeps['store'];
  now: () => number;
  keepInput: boolean;
}

/** Lines of asciicast v2 (`[seconds, "o" | "i" | "r" | "m", text]`), gathered into compressed chunks. */
function startRecording({ id, at, facts, store, now, keepInput }: Start): Live {
  const stopper = new AbortController();
  const followers = new Set<(line: string | undefined) => void>();
  const echo = facts.tty ? createEchoWatch() : undefined;
  let lines: string[] = [];
  let lineChars = 0;
  /** Given to the store and not stored yet. */
  let storing = 0;
  let total = 0;
  let bytes = 0;
  let chunks = 0;
  let note: string | undefined;
  let size: { cols: number; rows: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  let over: Promise<void> | undefined;
  let roomListeners: (() => void)[] = [];

  const fail = (error: unknown) => {
    log.error('a recording could not be stored', { id, error });
    note ??= 'It could not be stored to its end.';
    // A session that must be recorded and can't be must not go on unseen.
    stopper.abort(appError('unavailable', 'This terminal can no longer be recorded, so it was ended.', error));
  };

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const text = lines.join('');
    const chars = lineChars;
    lines = [];
    lineChars = 0;
    storing += chars;
    const durationMs = now() - at;
    last = last.then(async () => {
      try {
        const update = { duration_ms: durationMs, bytes, note: note ?? null, ...(size ?? {}) };
        if (text === '') await store({ id, update });
        else {
          const data = (await compress(text)).toString('base64');
          await store({ id, chunk: { n: chunks, data }, update: { ...update, chunks: chunks + 1 } });
          chunks++;
        }
      } catch (error) {
        fail(error);
      }
      storing -= chars;
      const waiting = roomListeners;
      roomListeners = [];
      for (const listener of waiting) listener();
    });
    return last;
  }

  function add(kind: 'o' | 'i' | 'r' | 'm', text: string): void {
    if (text === '' || over) return;
    const line = `${JSON.stringify([Math.round(now() - at) / 1000, kind, text])}\n`;
    total += text.length;
    bytes += Buffer.byteLength(text);
    lines.push(line);
    lineChars += line.length;
    for (const follower of followers) follower(line);
    if (lineChars >= chunkChars) void flush();
    else timer ??= setTimeout(() => void flush(), flushMs);
  }

  function addBounded(kind: 'o' | 'i', text: string): void {
    if (total >= sessionMax) {
      stopper.abort(appError('too-large', 'This terminal is recorded, and its recording is full, so it was ended.'));
    } else if (kind === 'i' || total < outputMax) {
      add(kind, text);
    } else if (note === undefined) {
      note = 'Cut: it has more output than is kept. What was typed goes on.';
      add('m', note);
    }
  }

  const finish = () => {
    over ??= (async () => {
      await flush();
      await store({ id, update: { state: 'ended', duration_ms: now() - at } }).catch(fail);
      for (const follower of followers) follower(undefined);
      followers.clear();
      clearTimeout(timer);
    })();
    return over;
  };

  return {
    id,
    key: `${facts.engine.id}/${facts.streamId}`,
    // Fits into eighty columns.
    notice: 'This terminal is recorded for the auditors: what is shown and what is typed.',
    ended: stopper.signal,
    output(text) {
      if (keepInput && echo) addBounded('i', echo.shown(text, now()));
      addBounded('o', text);
    },
    input(text) {
      if (!keepInput) return;
      // What is piped in has no echo that could tell a password from the rest.
      if (echo) addBounded('i', echo.typed(text, now()));
    },
    get isFull() {
      return lineChars + storing > waitingMax;
    },
    onRoom(listener) {
      if (lineChars + storing <= waitingMax) listener();
      else {
        roomListeners.push(listener);
        void flush();
      }
    },
    resize(next) {
      size ??= next;
      add('r', `${next.cols}x${next.rows}`);
    },
    follow(listener) {
      // What comes from now on; what came before is stored first and then read.
      followers.add(listener);
      const stored = flush();
      return { stored, stop: () => followers.delete(listener) };
    },
    kill: (reason) => stopper.abort(reason),
    finish,
  };
}
