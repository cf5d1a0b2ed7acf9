import { authorize } from '#lib/authz/authorize.ts';
import { newId } from '#lib/db/new-id.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Log } from '#lib/log.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { type AppError, appError, isAppError } from '#lib/shared/errors.ts';
import type { Job, JobItem, JobRequest, JobStep } from '#lib/shared/realtime.ts';
import { createJobStore, interrupt } from './job-store.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { runStep } from './run-step.ts';

const perEngineMax = 8;
const runningPerUserMax = 20;
const tellMs = 100;
const storeMs = 1000;

/** Long work: lists of Engine API requests that the server sends through the door as the person who started them. */
export interface Jobs {
  /** Resolves when it is stored; it then runs whether or not anybody looks. */
  start(principal: UserPrincipal, request: JobRequest): Promise<Job>;
  /** Throws not-found also for another person's job. */
  cancel(principal: UserPrincipal, id: string): Promise<void>;
  /** Newest first: the person's own, an administrator's view is of all. */
  list(principal: UserPrincipal): Promise<Job[]>;
  /** Whether this person may see that job. */
  mayView(principal: UserPrincipal, job: Pick<Job, 'userId'>): boolean;
  onChange(listener: (job: Job) => void): () => void;
  /** Marks what still runs as interrupted. */
  stop(): Promise<void>;
}

export interface JobsDeps {
  db: Database;
  door: Door;
  identity: Pick<Identity, 'watch'>;
  log: Pick<Log, 'error'>;
}

interface Running {
  job: Job;
  steps: readonly JobStep[];
  stopOnError: boolean;
  principal: UserPrincipal | undefined;
  abort: AbortController;
  told?: NodeJS.Timeout;
  storedAtMs: number;
  storing: Promise<void>;
  unwatch: () => void;
}

export async function openJobs(deps: JobsDeps): Promise<Jobs> {
  const store = createJobStore(deps.db);
  await store.interruptRunning();
  const lanes: Lanes = createLanes(perEngineMax);
  const running = new Map<string, Running>();
  const listeners = new Set<(job: Job) => void>();

  function persist(entry: Running): void {
    entry.storedAtMs = Date.now();
    const { job } = entry;
    // One after the other, so that an older state never overwrites a newer one.
    entry.storing = entry.storing
      .then(() => store.update(job))
      .catch((error: unknown) => deps.log.error('a job could not be stored', { job: job.id, error }));
  }

  /** Tells the listeners soon: many items change at once, and each telling carries the whole job. */
  function tell(entry: Running): void {
    entry.told ??= setTimeout(() => {
      entry.told = undefined;
      if (Date.now() - entry.storedAtMs > storeMs) persist(entry);
      for (const listener of listeners) listener(entry.job);
    }, tellMs);
  }

  function setItem(entry: Running, index: number, change: Partial<JobItem>): void {
    const items = entry.job.items.map((item, i) => (i === index ? { ...item, ...change } : item));
    entry.job = { ...entry.job, items };
    tell(entry);
  }

  async function runItem(entry: Running, index: number): Promise<boolean> {
    const step = entry.steps[index];
    const { signal } = entry.abort;
    if (!step) return true;
    const leave = await lanes.enter(step.engine, signal).catch(() => undefined);
    try {
      if (!leave || signal.aborted) throw signal.reason;
      // Asked of the person as they are now: a right that was taken away fails what remains.
      if (!entry.principal) throw appError('not-signed-in', 'The session that started this job has ended.');
      setItem(entry, index, { state: 'running' });
      const result = await runStep(deps.door, entry.principal, step, signal, (progress) =>
        setItem(entry, index, progress),
      );
      setItem(entry, index, { state: 'done', ...result });
      return true;
    } catch (error) {
      setItem(entry, index, failed(signal.aborted ? signal.reason : error));
      return false;
    } finally {
      leave?.();
    }
  }

  async function run(entry: Running): Promise<void> {
    if (entry.stopOnError) {
      for (const index of entry.steps.keys()) {
        if (await runItem(entry, index)) continue;
        for (const later of entry.steps.keys()) {
          if (later > index) setItem(entry, later, { state: 'cancelled', message: 'An earlier step failed.' });
        }
        break;
      }
    } else await Promise.all(entry.steps.map((_, index) => runItem(entry, index)));
    if (running.has(entry.job.id)) finish(entry, { ...entry.job, state: outcome(entry.job), endedAt: Date.now() });
  }

  function finish(entry: Running, job: Job): void {
    entry.job = job;
    running.delete(job.id);
    clearTimeout(entry.told);
    entry.told = undefined;
    entry.unwatch();
    persist(entry);
    for (const listener of listeners) listener(job);
  }

  const mayView: Jobs['mayView'] = (principal, job) =>
    job.userId === principal.userId || authorize(principal, 'console.settings', undefined, Date.now()).allow;

  return {
    mayView,
    async start(principal, request) {
      const own = [...running.values()].filter(({ job }) => job.userId === principal.userId);
      if (own.length >= runningPerUserMax) {
        throw appError('too-many', `${runningPerUserMax} of your jobs are running already; wait for one to end.`);
      }
      const items = request.steps.map(({ label, engine }): JobItem => ({ label, engine, state: 'waiting' }));
      const { title } = request;
      const job: Job = { id: newId(), title, userId: principal.userId, state: 'running', createdAt: Date.now(), items };
      await store.insert(job);
      const entry: Running = {
        job,
        steps: request.steps,
        stopOnError: request.stopOnError ?? false,
        principal,
        abort: new AbortController(),
        storedAtMs: Date.now(),
        storing: Promise.resolve(),
        unwatch: () => {},
      };
      running.set(job.id, entry);
      entry.unwatch = deps.identity.watch(principal, (current) => {
        entry.principal = current;
      });
      run(entry).catch((error: unknown) => {
        deps.log.error('a job broke', { job: job.id, error });
        finish(entry, interrupt(entry.job));
      });
      return job;
    },
    async cancel(principal, id) {
      const entry = running.get(id);
      if (!entry || !mayView(principal, entry.job)) throw appError('not-found', 'This job is not running.');
      entry.abort.abort(appError('conflict', 'Cancelled.'));
    },
    async list(principal) {
      const all = authorize(principal, 'console.settings', undefined, Date.now()).allow;
      const stored = await store.list(all ? undefined : principal.userId);
      return stored.map((job) => running.get(job.id)?.job ?? job);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      const entries = [...running.values()];
      for (const entry of entries) {
        finish(entry, interrupt(entry.job));
        entry.abort.abort(appError('unavailable', 'The console stops.'));
      }
      await Promise.all(entries.map(({ storing }) => storing));
    },
  };
}

function failed(reason: unknown): Partial<JobItem> {
  const error: AppError = isAppError(reason) ? reason : appError('internal', String(reason));
  const cancelled = error.code === 'conflict' && error.message === 'Cancelled.';
  return { state: cancelled ? 'cancelled' : 'failed', message: error.message, auditId: error.auditId };
}

function outcome(job: Job): Job['state'] {
  if (job.items.some(({ state }) => state === 'failed')) return 'failed';
  return job.items.some(({ state }) => state === 'cancelled') ? 'cancelled' : 'done';
}
