import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { appError } from '#lib/shared/errors.ts';
import type { Sink } from './sink.ts';

/**
 * The file, checked. Whoever may set the settings could else have the console, often root, append to any file of the
 * machine (`/etc/cron.d/x`, `authorized_keys`). Throws bad-request.
 */
export function checkSinkPath(path: string, dataDir: string): string {
  const full = resolve(path);
  const folders = [resolve(dataDir, 'audit'), '/var/log'];
  if (path !== full || !folders.some((folder) => full.startsWith(folder + sep)) || !/\.(jsonl|log)$/.test(full)) {
    throw appError(
      'bad-request',
      `The file must end in .jsonl or .log and lie in ${folders.join(' or ')}: the console may append nowhere else.`,
    );
  }
  return full;
}

/** Appends JSON lines. When the file was rotated (renamed, removed) it is made anew, as logrotate expects of a daemon. */
export function createFileSink(path: string): Sink {
  let file: FileHandle | undefined;

  async function current(): Promise<FileHandle> {
    if (file) {
      const [there, ours] = await Promise.all([stat(path).catch(() => undefined), file.stat()]);
      if (there && there.ino === ours.ino && there.dev === ours.dev) return file;
      await file.close();
      file = undefined;
    }
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // A link could lead out of the folders that are allowed.
    const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
    file = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
    return file;
  }

  return {
    async deliver(items) {
      const lines = items.map((item) => `${JSON.stringify(item)}\n`).join('');
      const handle = await current();
      await handle.appendFile(lines);
      await handle.datasync();
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}
