import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job } from '#lib/shared/realtime.ts';
import { onJobEnd, setJob, setJobs, startJob, useJobs } from './jobs.ts';

const started = vi.hoisted(() => ({ job: undefined as unknown }));
vi.mock('./socket.ts', () => ({ getSocket: () => ({}), ask: () => Promise.resolve(started.job) }));

function job(id: string, states: Job['items'][number]['state'][], state: Job['state'] = 'running'): Job {
  return {
    id,
    title: id,
    userId: 'u',
    state,
    createdAt: 1,
    items: states.map((each) => ({ label: each, engine: 'a', state: each })),
  };
}

async function start(id: string) {
  started.job = job(id, ['waiting', 'waiting']);
  await startJob({ title: id, steps: [] }, { keys: ['a/1', 'a/2'], word: 'stopping' });
}

afterEach(() => useJobs.setState(useJobs.getInitialState(), true));

describe('jobs', () => {
  it('mark their rows until each step has ended', async () => {
    await start('j1');
    expect([...useJobs.getState().busy]).toEqual([
      ['a/1', 'stopping'],
      ['a/2', 'stopping'],
    ]);
    setJob(job('j1', ['done', 'running']));
    expect([...useJobs.getState().busy.keys()]).toEqual(['a/2']);
    setJob(job('j1', ['done', 'failed'], 'failed'));
    expect(useJobs.getState().busy.size).toBe(0);
  });

  it('are told once when they end', async () => {
    const listener = vi.fn();
    const stop = onJobEnd(listener);
    await start('j2');
    const ended = job('j2', ['done', 'done'], 'done');
    setJob(ended);
    setJob(ended);
    expect(listener).toHaveBeenCalledTimes(1);
    stop();
  });

  it('leave no row marked when they ended while the connection was lost', async () => {
    await start('j3');
    setJobs([job('j3', ['done', 'done'], 'done')]);
    expect(useJobs.getState().busy.size).toBe(0);
  });
});
