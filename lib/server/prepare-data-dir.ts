import { accessSync, constants, mkdirSync } from 'node:fs';

/** Makes the data folder (mode 0700) or says in one sentence why it can't be used. */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(`PILOTHOUSE_DATA is ${dataDir}, where nothing can be written: ${(error as Error).message}.`);
  }
}
