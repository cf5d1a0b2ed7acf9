import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openDatabase } from '#lib/db/open-database.ts';
import { describeAccess } from './access.contract.ts';
import { describeIdentity, describeSetup } from './identity.contract.ts';
import { describeLinks } from './links.contract.ts';
import { describeSecondFactors } from './second-factor.contract.ts';
import { describeSettings } from './settings.contract.ts';
import { describeSso } from './sso.contract.ts';

const root = mkdtempSync(join(tmpdir(), 'pilothouse-identity-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function prepare() {
  const dataDir = mkdtempSync(join(root, 'data-'));
  return () => openDatabase({ dataDir });
}

describeIdentity('identity on SQLite', prepare);
describeSetup('setup on SQLite', prepare);
describeAccess('access on SQLite', prepare);
describeLinks('links on SQLite', prepare);
describeSettings('settings on SQLite', prepare);
describeSecondFactors('second factors on SQLite', prepare);
describeSso('providers on SQLite', prepare);
