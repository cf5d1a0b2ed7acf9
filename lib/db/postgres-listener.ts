import pg from 'pg';
import { createLog } from '#lib/log.ts';

const log = createLog();

/** A connection of its own that hears one channel of Postgres, and comes back by itself when it breaks. */
export interface PostgresListener {
  /** Whether notices arrive right now. */
  listening(): boolean;
  stop(): Promise<void>;
}

const retryMsMax = 10_000;

/**
 * Connects and listens. `onNotice` gets the payload of each notice, and `undefined` after a reconnect, when notices
 * may have been missed. Rejects when the first connection fails.
 */
export async function listenPostgres(
  url: string,
  channel: string,
  onNotice: (payload: string | undefined) => void,
): Promise<PostgresListener> {
  let client: pg.Client | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = 250;
  let stopped = false;

  async function connect(): Promise<void> {
    // keepAlive: a firewall that drops the idle connection silently would leave us deaf for hours.
    const next = new pg.Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 10_000 });
    const lost = (): void => {
      if (client === next) client = undefined;
      next.removeAllListeners('notification');
      next.end().catch(() => {}); // already broken; nothing is left to lose
      scheduleRetry();
    };
    next.on('error', lost);
    try {
      await next.connect();
      next.on('notification', (notice) => onNotice(notice.payload ?? ''));
      await next.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      next.removeAllListeners('error');
      next.on('error', () => {}); // the failure is thrown below
      next.end().catch(() => {}); // never connected
      throw error;
    }
    if (stopped) {
      await next.end();
      return;
    }
    next.on('end', lost);
    client = next;
    retryMs = 250;
  }

  function scheduleRetry(): void {
    if (stopped || retry) return;
    retry = setTimeout(() => {
      retry = undefined;
      connect().then(
        () => onNotice(undefined),
        (error: unknown) => {
          log.error('notices from the database are not heard', { error });
          retryMs = Math.min(retryMs * 2, retryMsMax);
          scheduleRetry();
        },
      );
    }, retryMs);
  }

  await connect();
  return {
    listening: () => client !== undefined,
    async stop() {
      stopped = true;
      clearTimeout(retry);
      const last = client;
      client = undefined;
      last?.removeAllListeners('end');
      await last?.end();
    },
  };
}
