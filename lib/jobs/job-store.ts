import { z } from 'zod';
import type { Database } from '#lib/db/open-database.ts';
import type { Job } from '#lib/shared/realtime.ts';

const keptMax = 200;

const layerSchema = z.object({
  id: z.string(),
  status: z.string(),
  current: z.number().optional(),
  total: z.number().optional(),
});
const itemsSchema = z.array(
  z.object({
    label: z.string(),
    engine: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted']),
    message: z.string().optional(),
    auditId: z.string().optional(),
    layers: z.array(layerSchema).optional(),
  }),
);
const stateSchema = z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']);

/** The jobs in the database: the last 200. */
export interface JobStore {
  insert(job: Job): Promise<void>;
  update(job: Job): Promise<void>;
  /** Newest first; without a user those of all. */
  list(userId?: string): Promise<Job[]>;
  /** What the console was working on when it ended is told as interrupted, never as done. */
  interruptRunning(): Promise<void>;
}

export function createJobStore(db: Database): JobStore {
  const list = async (userId?: string): Promise<Job[]> => {
    let query = db.selectFrom('jobs').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(keptMax);
    if (userId !== undefined) query = query.where('user_id', '=', userId);
    return (await query.execute()).map(toJob);
  };
  const update = async (job: Job): Promise<void> => {
    await db
      .updateTable('jobs')
      .set({ state: job.state, ended_at: job.endedAt ?? null, items: JSON.stringify(job.items) })
      .where('id', '=', job.id)
      .execute();
  };
  return {
    list,
    update,
    async insert(job) {
      await db
        .insertInto('jobs')
        .values({
          id: job.id,
          user_id: job.userId,
          title: job.title,
          state: job.state,
          created_at: job.createdAt,
          ended_at: null,
          items: JSON.stringify(job.items),
        })
        .execute();
      const oldest = await db.selectFrom('jobs').select('id').orderBy('id', 'desc').offset(keptMax).limit(1).execute();
      const first = oldest[0];
      if (first) await db.deleteFrom('jobs').where('id', '<=', first.id).where('state', '<>', 'running').execute();
    },
    async interruptRunning() {
      const running = await db.selectFrom('jobs').selectAll().where('state', '=', 'running').execute();
      for (const row of running) await update(interrupt(toJob(row)));
    },
  };
}

/** A job as it is when the console ended under it. */
export function interrupt(job: Job): Job {
  const items = job.items.map((item) => {
    if (item.state === 'running') {
      return {
        ...item,
        state: 'interrupted' as const,
        message: 'The console ended meanwhile; the outcome is unknown.',
      };
    }
    return item.state === 'waiting' ? { ...item, state: 'interrupted' as const, message: 'It was not begun.' } : item;
  });
  return { ...job, state: 'interrupted', endedAt: Date.now(), items };
}

interface Row {
  id: string;
  user_id: string;
  title: string;
  state: string;
  created_at: number;
  ended_at: number | null;
  items: string;
}

function toJob(row: Row): Job {
  return {
    id: row.id,
    title: row.title,
    userId: row.user_id,
    state: stateSchema.catch('interrupted').parse(row.state),
    // Postgres gives its 64-bit integers as text.
    createdAt: Number(row.created_at),
    ...(row.ended_at === null ? {} : { endedAt: Number(row.ended_at) }),
    items: itemsSchema.parse(JSON.parse(row.items)),
  };
}
