import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { describeOtherProcess } from './other-process.contract.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-engines-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describeOtherProcess('engines changed elsewhere, on SQLite', async () => () => openDatabase({ dataDir }));
