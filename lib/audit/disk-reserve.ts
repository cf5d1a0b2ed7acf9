import { existsSync, rmSync, statfsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '#lib/log.ts';

const log = createLog();

/**
 * Room on the disk that is kept for the trail. On a full disk nothing could be recorded, hence nothing be done, not
 * even the prune that would cure it; giving up the reserve lets thousands of records more be stored.
 */
export interface DiskReserve {
  /** On a full disk: gives the room back to the file system. False when the disk has room, or it was given up already. */
  release(): boolean;
  /** Sets the room aside again, when the disk has more than enough. */
  restore(): Promise<void>;
}

const reserveBytes = 8 * 1024 * 1024;
/** The reserve is set aside only where this much stays free. */
const spareBytes = 8 * reserveBytes;

/** Less than one commit of the trail may need. */
const fullBytes = 2 * 1024 * 1024;

/** The reserve in the data folder; `restore` is to be called at the start and now and then. */
export function createDiskReserve(dataDir: string): DiskReserve {
  const file = join(dataDir, 'disk-reserve');
  return {
    release() {
      if (!existsSync(file) || freeBytes(dataDir) > fullBytes) return false;
      rmSync(file, { force: true });
      log.error(
        'The disk of the data folder is full. The reserve is used so that the audit trail can go on; make room.',
      );
      return true;
    },
    async restore() {
      if (existsSync(file) || freeBytes(dataDir) < spareBytes) return;
      // Under another name first: half a reserve must not pass for one.
      const draft = `${file}.new`;
      const handle = await open(draft, 'w', 0o600);
      try {
        // Real blocks: a sparse file would reserve nothing.
        const block = Buffer.alloc(1024 * 1024, 1);
        for (let written = 0; written < reserveBytes; written += block.length) await handle.write(block);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
    },
  };
}

function freeBytes(dir: string): number {
  const { bavail, bsize } = statfsSync(dir);
  return bavail * bsize;
}
