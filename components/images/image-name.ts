import { shortId } from '#lib/shared/format.ts';
import type { ImageRow } from '#lib/shared/inventory.ts';

/** Its first tag, else its name by digest without a tag, else its short id. */
export function imageName(row: ImageRow): string {
  const [tag] = row.tags;
  if (tag) return tag;
  const [digest] = row.digests;
  return digest ? `${digest.split('@')[0]}@${shortId(row.id)}` : shortId(row.id);
}

export function imageHref(row: Pick<ImageRow, 'engine' | 'id'>): string {
  return `/engines/${encodeURIComponent(row.engine)}/images/${shortId(row.id)}`;
}

/** Without a tag and without a user: left behind by a newer build or pull. */
export function isDangling(row: ImageRow): boolean {
  return row.tags.length === 0 && row.containers === 0;
}
