import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { createLog } from '#lib/log.ts';
import type { ChainPoint } from './chain.ts';

const log = createLog();
const everyMs = 1000;
const fileName = 'audit-head';

/** Notes the end of the chain outside the database: who cuts off the newest records there must change this too. */
export interface HeadFile {
  note(point: ChainPoint): void;
  /** After the last note is written. */
  stop(): Promise<void>;
}

/** Writes at most once a second. A note that can't be written is logged: the chain itself goes on. */
export function createHeadFile(dataDir: string): HeadFile {
  const file = join(dataDir, fileName);
  let latest: ChainPoint | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const point = latest;
    latest = undefined;
    if (!point) return;
    try {
      // Of two processes each has a draft of its own.
      const draft = `${file}.${process.pid}`;
      await writeFile(draft, `${JSON.stringify(point)}\n`, { mode: 0o600 });
      await rename(draft, file);
    } catch (error) {
      log.warn('the head of the trail could not be noted beside the database', { error });
    }
  }
  const flush = () => {
    writing = writing.then(write);
    return writing;
  };

  return {
    note(point) {
      latest = point;
      timer ??= setTimeout(() => void flush(), everyMs);
    },
    stop: flush,
  };
}

/** The head as last noted; undefined where none was. */
export function readHeadFile(dataDir: string): ChainPoint | undefined {
  try {
    const text = readFileSync(join(dataDir, fileName), 'utf8');
    return z.object({ seq: z.number(), hash: z.string() }).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
