'use client';
import { create } from 'zustand';
import type { Job, JobRequest } from '#lib/shared/realtime.ts';
import { ask, getSocket } from './socket.ts';

/** What a row shows while a job works on it, e.g. `stopping`. Keys as `rowKey` makes them. */
export type BusyRows = ReadonlyMap<string, string>;

interface JobsState {
  /** Newest first. */
  jobs: readonly Job[];
  /** Row key -> word, for jobs that this page started and that have not ended. */
  busy: BusyRows;
  trayOpen: boolean;
}

export const useJobs = create<JobsState>()(() => ({ jobs: [], busy: new Map(), trayOpen: false }));

export type EndListener = (job: Job) => void;
const endListeners = new Set<EndListener>();
const rowsOfJob = new Map<string, { keys: readonly string[]; word: string }>();

/** Told once about each job of this page's session as it ends (for toasts). Returns the end of it. */
export function onJobEnd(listener: EndListener): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

export function setJobs(jobs: readonly Job[]): void {
  useJobs.setState({ jobs: [...jobs].sort((a, b) => b.createdAt - a.createdAt) });
  for (const job of jobs) if (job.state !== 'running') rowsOfJob.delete(job.id);
  refreshBusy();
}

export function setJob(job: Job): void {
  const before = useJobs.getState().jobs.find(({ id }) => id === job.id);
  useJobs.setState(({ jobs }) => ({
    jobs: before ? jobs.map((other) => (other.id === job.id ? job : other)) : [job, ...jobs],
  }));
  if (job.state !== 'running') {
    rowsOfJob.delete(job.id);
    if (before?.state === 'running' || !before) for (const listener of endListeners) listener(job);
  }
  refreshBusy();
}

/**
 * Starts a job as this person. `rows` are the keys of the rows its steps work on, in the order of the steps, with the
 * word that they show meanwhile. Throws ConsoleError when the server refuses to start it.
 */
export async function startJob(request: JobRequest, rows?: { keys: readonly string[]; word: string }): Promise<Job> {
  const job = await ask(getSocket(), 'job:start', request);
  if (rows && job.state === 'running') rowsOfJob.set(job.id, rows);
  const known = useJobs.getState().jobs.find(({ id }) => id === job.id);
  if (known) {
    // Its changes overtook the acknowledgement.
    if (known.state !== 'running') rowsOfJob.delete(job.id);
    refreshBusy();
  } else setJob(job);
  return job;
}

/** Asks the server to stop it; steps that are under way are aborted, waiting ones never begin. */
export async function cancelJob(id: string): Promise<void> {
  await ask(getSocket(), 'job:cancel', { id });
}

export function openTray(open = true): void {
  useJobs.setState({ trayOpen: open });
}

function refreshBusy(): void {
  const busy = new Map<string, string>();
  const { jobs } = useJobs.getState();
  for (const [jobId, { keys, word }] of rowsOfJob) {
    const items = jobs.find(({ id }) => id === jobId)?.items ?? [];
    for (const [index, key] of keys.entries()) {
      const state = items[index]?.state ?? 'waiting';
      if (state === 'waiting' || state === 'running') busy.set(key, word);
    }
  }
  if (busy.size > 0 || useJobs.getState().busy.size > 0) useJobs.setState({ busy });
}
