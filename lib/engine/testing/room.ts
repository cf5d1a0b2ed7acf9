import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '#lib/db/open-database.ts';
import { secretBox } from '#lib/db/secret-box.ts';
import type { Log } from '#lib/log.ts';
import type { EngineStatus, InventoryRow } from '#lib/shared/inventory.ts';
import type { LabEngine } from '#tests/lab/lab.ts';
import { waitFor } from '#tests/lab/wait.ts';
import { createEngines } from '../engines.ts';
import type { EngineConfig, EngineSecrets, Engines } from '../types.ts';

/** An engine room over a throwaway database, for tests. */
export interface TestRoom {
  engines: Engines;
  warnings: string[];
  db: Awaited<ReturnType<typeof openDatabase>>;
  /** The same database and secret, opened once more; the first is stopped. */
  reopen(): Promise<Engines>;
  close(): Promise<void>;
}

/** Opens a room; `close` in the end. */
export async function openRoom(): Promise<TestRoom> {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-room-'));
  const db = await openDatabase({ dataDir });
  const warnings: string[] = [];
  const note = (message: string, fields?: Record<string, unknown>) =>
    void warnings.push(`${message} ${fields?.problem ?? fields?.error ?? ''}`);
  const log: Log = { info: () => undefined, warn: note, error: note };
  const open = () => createEngines({ db, secretBox: secretBox('a secret for tests'), log });
  const room: TestRoom = {
    ...{ engines: await open(), warnings, db },
    async reopen() {
      await room.engines.stop();
      room.engines = await open();
      return room.engines;
    },
    async close() {
      await room.engines.stop();
      await db.destroy();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return room;
}

/** Waits until an engine is in this state; a cut cable is seen after 18 s, and longer on a busy machine. */
export function waitForState(engines: Engines, id: string, state: EngineStatus['state']): Promise<EngineStatus> {
  const isThere = () => {
    const status = engines.status(id);
    return status?.state === state ? status : undefined;
  };
  return waitFor(`the engine to be ${state}`, isThere, { timeoutMs: 80_000 });
}

/** All containers as the room shows them. */
export function containersOf(engines: Engines, id: string): Extract<InventoryRow, { kind: 'container' }>[] {
  return engines.snapshot(id, ['container']).rows.flatMap((row) => (row.kind === 'container' ? [row] : []));
}

/** The state of a container by name. */
export function stateOf(engines: Engines, id: string, name: string): string | undefined {
  return containersOf(engines, id).find((row) => row.name === name)?.state;
}

/** The client's side of a lab engine's certificates. */
export function tlsSecrets(engine: LabEngine): EngineSecrets {
  const { tls } = engine;
  if (!tls) throw new Error('The engine has no TLS.');
  return { ca: readFileSync(tls.ca, 'utf8'), cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') };
}

/** Adds an engine by its url with nothing else. */
export function addPlain(engines: Engines, name: string, url: string): Promise<EngineConfig> {
  return engines.add({ name, url, tags: [], secrets: {} });
}

/** Reads a body to its end as text. */
export async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
