// Everything: the checks, then unit, engine and browser tests. Ends with one plain line, `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runChecks } from './check.mjs';
import { childEnv, root, run, say } from './project.mjs';
import { addUp, findTestFiles, readReport } from './report.ts';

const vitest = join(root, 'node_modules/.bin/vitest');
const inCi = Boolean(process.env.CI);
const minutes = 60_000;
const limitsMs = { unit: 6 * minutes, engine: 14 * minutes, e2e: 14 * minutes };
const work = mkdtempSync(join(tmpdir(), 'pilothouse-test-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

const problems = [];
const files = new Map();
const failedChecks = await runChecks();
if (failedChecks > 0) problems.push(`${failedChecks} of the quick checks failed.`);
for (const project of ['unit', 'engine', 'e2e']) await runProject(project);

const totals = addUp(files.values());
if (inCi && totals.skipped > 0) problems.push(`${totals.skipped} tests were skipped; in CI nothing is skipped.`);
for (const problem of problems) say(`Problem: ${problem}`);
// What failed beside the tests counts as one failure each, so that the last line never reads better than the exit code.
const failed = totals.failed + problems.length;
say(`${totals.passed} passed, ${failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);

async function runProject(project) {
  const expected = findTestFiles(project);
  say(`\n${project}: ${expected.length} files`);
  if (expected.length === 0) return void problems.push(`There are no ${project} tests.`);
  const { code, report, errors } = await runVitest(project, [], limitsMs[project]);
  if (code === 124) problems.push(`The ${project} tests did not end within ${limitsMs[project] / minutes} minutes.`);
  for (const [path, result] of report) files.set(path, result);
  const absent = expected.filter((path) => !report.has(path));
  const broken = [...report.values()].filter((result) => result.failed > 0);
  if (errors > 0) problems.push(`${errors} errors were met outside of the ${project} tests (unhandled rejections).`);
  else if (code !== 0 && code !== 124 && broken.length === 0)
    problems.push(`The ${project} run failed outside of its tests (code ${code}).`);
  for (const { path } of broken) await runAgain(project, path);
  if (absent.length > 5) return void problems.push(`${absent.length} ${project} files gave no result.`);
  for (const path of absent) {
    say(`no result: ${relative(root, path)}`);
    await runAgain(project, path);
  }
}

/** Once more, alone: a failure among neighbours on two busy cores is told, and decided here. */
async function runAgain(project, path) {
  const { code, report } = await runVitest(project, [relative(root, path)], 6 * minutes);
  const result = report.get(path);
  if (result) files.set(path, result);
  else problems.push(`${relative(root, path)} gave no result in its second run either.`);
  if (code !== 0 && result?.failed === 0) problems.push(`${relative(root, path)} failed outside of its tests.`);
  say(`second run: ${relative(root, path)}: ${code === 0 && result ? 'passed' : 'failed'}`);
}

async function runVitest(project, only, timeoutMs) {
  const out = join(work, `${project}-${Math.random().toString(36).slice(2)}.json`);
  const counter = join(root, 'scripts/error-reporter.mjs');
  const reporters = ['--reporter=default', `--reporter=${counter}`, '--reporter=json', `--outputFile.json=${out}`];
  const env = childEnv({ PILOTHOUSE_TEST_ERRORS: `${out}.errors` });
  const args = ['run', '--project', project, ...reporters, ...only];
  const { code } = await run(vitest, args, { show: true, timeoutMs, env });
  const errors = existsSync(`${out}.errors`) ? Number(readFileSync(`${out}.errors`, 'utf8')) : 0;
  return { code, report: readReport(out), errors };
}
