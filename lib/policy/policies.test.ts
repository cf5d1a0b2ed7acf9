import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { describePolicies } from './policies.contract.ts';

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

describePolicies('policies on SQLite', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'pilothouse-policy-'));
  dirs.push(dataDir);
  return Promise.resolve(() => openDatabase({ dataDir }));
});
