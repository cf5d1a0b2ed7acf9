import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from './cache.ts';
import { callSocket } from './engine-api.ts';
import { must } from './run.ts';

/**
 * A root file system with busybox alone, made from the machine's own static binary: images without a hub. Cached; gives
 * the tar's path.
 */
export async function busyboxTar(dir = cacheDir()): Promise<string> {
  const tar = join(dir, 'busybox-1.tar');
  if (existsSync(tar)) return tar;
  const work = mkdtempSync(join(dir, 'busybox-'));
  try {
    const tree = join(work, 'root');
    for (const name of ['bin', 'etc', 'tmp', 'root', 'var', 'www']) mkdirSync(join(tree, name), { recursive: true });
    const binary = (await must('sh', ['-c', 'command -v busybox'])).trim();
    await copyFile(binary, join(tree, 'bin/busybox'));
    const applets = (await must(binary, ['--list'])).trim().split('\n');
    for (const applet of applets) if (applet !== 'busybox') symlinkSync('busybox', join(tree, 'bin', applet));
    writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n');
    writeFileSync(join(tree, 'etc/group'), 'root:x:0:\nnobody:x:65534:\n');
    await must('tar', ['-C', tree, '--owner=0', '--group=0', '-cf', join(work, 'made.tar'), '.']);
    // Renamed into place: of several workers that make it at once, each leaves a whole file.
    renameSync(join(work, 'made.tar'), tar);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return tar;
}

/** Imports the busybox tree under a name (`busybox:latest`), with `sh` as its command. */
export async function importBusybox(
  socketPath: string,
  name = 'busybox:latest',
  changes: string[] = ['CMD ["sh"]'],
  cache?: string,
): Promise<void> {
  const colon = name.lastIndexOf(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: name.slice(0, colon), tag: name.slice(colon + 1) });
  for (const change of changes) query.append('changes', change);
  const reply = await callSocket(socketPath, 'POST', `/images/create?${query}`, {
    body: createReadStream(await busyboxTar(cache)),
    headers: { 'Content-Type': 'application/x-tar' },
  });
  if (reply.status !== 200 || reply.text.includes('"error"'))
    throw new Error(`Importing ${name} failed: ${reply.text}`);
}
