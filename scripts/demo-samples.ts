import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBusybox } from '#tests/lab/images.ts';
import type { LabEngine } from '#tests/lab/lab.ts';
import { must } from '#tests/lab/run.ts';
import { sampleContainers, sampleImages, sampleNetworks, sampleVolumes } from './demo-data.ts';

/**
 * Fills the engine with the sample stacks. Everything in them is busybox and a few files made here. `project` renames
 * the main stack, for several engines side by side.
 */
export async function fillEngine(engine: LabEngine, workDir: string, project = 'shop'): Promise<void> {
  const named = <T>(data: T): T => JSON.parse(JSON.stringify(data).replaceAll('shop', project));
  await importBusybox(engine.socketPath, 'busybox:latest', ['CMD ["sh"]'], workDir);
  for (const image of named(sampleImages)) await build(engine, workDir, image);
  for (const body of named(sampleVolumes)) await call(engine, '/volumes/create', body);
  for (const body of named(sampleNetworks)) await call(engine, '/networks/create', body);
  await Promise.all(
    named(sampleContainers).map(async ({ name, start, afterStart, body }) => {
      await call(engine, `/containers/create?name=${name}`, body);
      if (start !== false) await call(engine, `/containers/${name}/start`);
      if (afterStart) await call(engine, `/containers/${name}/${afterStart}`);
    }),
  );
}

async function build(
  engine: LabEngine,
  workDir: string,
  image: { tag: string; dockerfile: string; files: Record<string, string> },
) {
  const context = join(workDir, image.tag.replace(/\W/g, '-'));
  mkdirSync(context);
  for (const [name, text] of Object.entries({ Dockerfile: image.dockerfile, ...image.files }))
    writeFileSync(join(context, name), text, { mode: 0o755 });
  await must('tar', ['-C', context, '-cf', `${context}.tar`, '.']);
  const reply = await engine.api('POST', `/build?t=${encodeURIComponent(image.tag)}`, {
    body: createReadStream(`${context}.tar`),
    headers: { 'Content-Type': 'application/x-tar' },
  });
  if (reply.status !== 200 || reply.text.includes('"errorDetail"'))
    throw new Error(`Building ${image.tag} failed: ${reply.text}`);
}

async function call(engine: LabEngine, path: string, body?: unknown): Promise<void> {
  const reply = await engine.api('POST', path, { body });
  if (reply.status >= 300) throw new Error(`POST ${path} failed: ${reply.text}`);
}
