// The quick checks: format, lint, types, import rules, unit tests. `npm test` runs the same ones first.
import { join } from 'node:path';
import { nodePath, root, run, say } from './project.mjs';

const tool = (name) => join(root, 'node_modules/.bin', name);

const steps = [
  ['format and lint', tool('biome'), ['ci', '--colors=off', '.']],
  ['types', tool('tsc'), ['-p', '.']],
  ['promises', tool('oxlint'), ['--type-aware', '--deny-warnings', '-c', '.oxlintrc.json', '.']],
  ['imports', nodePath(), [join(root, 'scripts/check-imports.ts')]],
];

/** Runs the checks two at a time and tells each one's result; gives the number of those that failed. */
export async function runChecks() {
  const queue = [...steps];
  let failed = 0;
  const work = async () => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      const [name, command, args] = step;
      const started = Date.now();
      const { code, output } = await run(command, args);
      say(`${code === 0 ? 'ok    ' : 'FAILED'}  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
      if (code === 0) continue;
      failed += 1;
      say(output.trimEnd());
    }
  };
  await Promise.all([work(), work()]);
  return failed;
}

if (process.argv[1] === import.meta.filename) {
  const failed = await runChecks();
  const unit = await run(tool('vitest'), ['run', '--project', 'unit'], { show: true });
  process.exit(failed === 0 && unit.code === 0 ? 0 : 1);
}
