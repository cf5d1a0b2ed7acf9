// Builds the pages (.next) and the server (dist/). The stamp is written last: a build that broke off counts as none.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildStamp, childEnv, fail, hashSources, nodePath, root, run, say } from './project.mjs';

const started = Date.now();
const hash = hashSources();
say('Building the console ...');
rmSync(buildStamp, { force: true });
mkdirSync(join(root, 'dist'), { recursive: true });
const [pages] = await Promise.all([buildPages(), bundle()]);
if (pages.code !== 0) {
  process.stderr.write(pages.output);
  fail('next build failed; what went wrong stands above.');
}
writeFileSync(buildStamp, hash);
say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);

function buildPages() {
  const env = childEnv({ NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });
  return run(nodePath(), [join(root, 'node_modules/next/dist/bin/next'), 'build'], { env });
}

/** One file for the server and one for the command line: node reads fewer files, and starts sooner. */
async function bundle() {
  const entryPoints = { server: 'server.ts', cli: 'bin/main.ts' };
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: 'dist',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
}
