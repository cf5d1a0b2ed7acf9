import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const namePattern = /^pilothouse-(\d+)-[\w-]+$/;

/**
 * A temporary folder that tells whose it is, so that the next one removes what a killed process could not. Whoever makes
 * it removes it; this is for the crash.
 */
export function makeTempDir(what: string): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = namePattern.exec(name)?.[1];
    if (pid && !isOurs(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `pilothouse-${process.pid}-${what}-`));
}

/** A pid that was taken again by something else than node is no owner. */
function isOurs(pid: number): boolean {
  try {
    return pid === process.pid || readlinkSync(`/proc/${pid}/exe`).includes('node');
  } catch {
    return false;
  }
}
