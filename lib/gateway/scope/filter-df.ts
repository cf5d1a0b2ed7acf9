import { z } from 'zod';
import type { ScopeObject } from '#lib/shared/access.ts';
import { rewriteJson, type Verdict } from '../rewrite-json.ts';
import { imageNames, maskElement, parse, type View, verdictOf, volumeVerdict } from './filter-rows.ts';
import { listContainers, toObject } from './lookups.ts';
import { imageObject, listedContainerObject } from './objects.ts';

const nothing = Buffer.from('null');
const emptyList = Buffer.from('[]');

const rows = z.array(z.unknown()).nullish();
const diskUse = z.object({ Images: rows, Containers: rows });
const imageRow = z.object({ Id: z.string(), Size: z.number() });
const containerRow = z.object({ ImageID: z.string().default('') });

/**
 * Disk use of what is in sight. The sums over all layers and the cache of the builder belong to the whole engine and
 * are left out; so are, since they can't be told apart, the sums that engines give instead of rows since 1.52.
 */
export async function filterDiskUse(body: Buffer, view: View): Promise<Buffer> {
  const containers = await listContainers(view.ask);
  const { Images, Containers } = diskUse.parse(parse(body));
  const isSeen = (object: ScopeObject) => view.look(object) !== 'hidden';
  const seen = (Images ?? []).filter((row) => isSeen(toObject(imageObject(row))));
  const layersBytes = seen.reduce<number>((sum, row) => sum + imageRow.parse(row).Size, 0);
  const users = (Containers ?? []).filter((row) => isSeen(toObject(listedContainerObject(row))));
  const used = (id: string) => users.filter((row) => containerRow.parse(row).ImageID === id).length;
  return rewriteJson(body, (path, bytes): Verdict => {
    if (path.length === 0) return 'into';
    const [place] = path;
    if (path.length === 1) {
      if (place === 'Containers' || place === 'Images' || place === 'Volumes') return 'into';
      if (place === 'LayersSize') return Buffer.from(String(layersBytes));
      if (place === 'BuildCache') return bytes.toString() === 'null' ? 'keep' : emptyList;
      return place === 'BuilderSize' ? Buffer.from('0') : nothing;
    }
    switch (place) {
      case 'Containers':
        return verdictOf(view, 'system.df', path, bytes, toObject(listedContainerObject(parse(bytes))));
      case 'Volumes':
        return volumeVerdict(view, 'system.df', path, bytes, containers);
      default:
        return imageVerdict(view, path, bytes, used);
    }
  });
}

function imageVerdict(
  view: View,
  path: readonly (string | number)[],
  bytes: Buffer,
  used: (id: string) => number,
): Verdict {
  const row = parse(bytes);
  const look = view.look(toObject(imageObject(row)));
  if (look === 'hidden') return 'drop';
  const named = rewriteJson(bytes, imageNames(view, 0, ['RepoTags', 'RepoDigests'], used(imageRow.parse(row).Id)));
  return look === 'plain' ? named : maskElement('system.df', path, named);
}
