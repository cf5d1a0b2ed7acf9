import ipaddr from 'ipaddr.js';
import type { Transaction } from 'kysely';
import type { Database } from '#lib/db/open-database.ts';
import type { Tables } from '#lib/db/types.ts';
import { createLog } from '#lib/log.ts';
import { appError } from '#lib/shared/errors.ts';
import { defaultSettings, type Settings, type SettingsChange, settingsSchema } from '#lib/shared/settings.ts';
import type { ChangeAccess } from './access-change.ts';
import type { Principals } from './principals.ts';

const log = createLog();

/** The one row of `settings` that holds them, as JSON. */
const key = 'console-settings';

/** The console's settings: always at hand, changed in one place, pushed to whoever works by them. */
export interface SettingsStore {
  get(): Settings;
  /** Takes any part; throws bad-request with a sentence. Resolves with all of them, in force. */
  update(change: SettingsChange): Promise<Settings>;
  /** Called after a change, also one of another process. */
  onChange(listener: (settings: Settings) => void): () => void;
}

/** Loads the settings. A change is told like one of access, since it ends sessions and opens ways in. */
export async function openSettings(
  db: Database,
  changeAccess: ChangeAccess,
  principals: Pick<Principals, 'onChange'>,
  /** Done first in each change, while the old settings still hold. */
  beforeChange: (trx: Transaction<Tables>) => Promise<void>,
): Promise<SettingsStore> {
  const listeners = new Set<(settings: Settings) => void>();
  let current = await load(db);
  let generation = 0;

  async function reload(): Promise<void> {
    const at = ++generation;
    const next = await load(db);
    // Of several reloads the one that began last has seen every change.
    if (at !== generation || JSON.stringify(next) === JSON.stringify(current)) return;
    current = next;
    for (const listener of listeners) listener(next);
  }
  principals.onChange(() => {
    reload().catch((error: unknown) => log.error('the settings could not be loaded anew', { error }));
  });

  return {
    get: () => current,
    async update(change) {
      const next = await changeAccess(async (trx) => {
        await beforeChange(trx);
        const merged = merge(await load(trx), change);
        const value = JSON.stringify(merged);
        await trx
          .insertInto('settings')
          .values({ key, value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .execute();
        return merged;
      });
      await reload();
      return next;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function merge(old: Settings, change: SettingsChange): Settings {
  const given = settingsSchema.safeParse({
    ...old,
    ...change,
    sessions: { ...old.sessions, ...change.sessions },
    passwords: { ...old.passwords, ...change.passwords },
    signInThrottle: { ...old.signInThrottle, ...change.signInThrottle },
    network: { ...old.network, ...change.network },
  });
  if (!given.success) {
    const issue = given.error.issues[0];
    throw appError('bad-request', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is not valid'}`);
  }
  for (const entry of given.data.network.trustedProxies) refuseBadRange(entry);
  return given.data;
}

/** Everybody as a trusted proxy would let every client choose its own address, for the throttle and the trail. */
function refuseBadRange(entry: string): void {
  const [address = '', bits] = entry.split('/');
  const valid = bits === undefined ? ipaddr.isValid(address) : ipaddr.isValidCIDR(entry);
  if (!valid) throw appError('bad-request', `"${entry}" is neither an address nor a range such as 10.0.0.0/8.`);
  if (bits !== undefined && Number(bits) < 8) {
    throw appError('bad-request', `"${entry}" is too wide: whoever is in it can claim any address.`);
  }
}

/** Section by section: one that a later version wrote differently is as it was by default, and the others stay. */
async function load(db: Database | Transaction<Tables>): Promise<Settings> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
  if (!row) return defaultSettings;
  const stored: unknown = JSON.parse(row.value);
  const parts = typeof stored === 'object' && stored !== null ? Object.entries(stored) : [];
  let settings = defaultSettings;
  for (const [name, value] of parts) {
    const parsed = settingsSchema.safeParse({ ...settings, [name]: value });
    if (parsed.success) settings = parsed.data;
    else log.warn('a setting is not understood and as by default', { setting: name });
  }
  return settings;
}
