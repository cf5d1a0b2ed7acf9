// Reads vitest's JSON reports and counts what should have run.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);

/** One test file of vitest's JSON report, as far as we read it. */
export interface ReportedFile {
  name: string;
  status: string;
  assertionResults: { status: string }[];
}

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface CountedFile extends Counts {
  path: string;
}

export type Project = 'unit' | 'engine' | 'e2e';

/** Path to {path, passed, failed, skipped}. A report that is missing or torn is empty: then every file counts as absent. */
export function readReport(path: string): Map<string, CountedFile> {
  let json: { testResults: ReportedFile[] };
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return new Map();
  }
  return new Map(json.testResults.map((file) => [file.name, countFile(file)]));
}

export function countFile(file: ReportedFile): CountedFile {
  const count = (...states: string[]) => file.assertionResults.filter(({ status }) => states.includes(status)).length;
  const failed = count('failed');
  // A file can fail without a failed test: a hook, or an error while it was loaded.
  return {
    path: file.name,
    passed: count('passed'),
    failed: file.status === 'failed' ? Math.max(failed, 1) : failed,
    skipped: count('skipped', 'pending', 'todo', 'disabled'),
  };
}

export function addUp(files: Iterable<CountedFile>): Counts {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files) {
    totals.passed += file.passed;
    totals.failed += file.failed;
    totals.skipped += file.skipped;
  }
  return totals;
}

/** The project that a test file belongs to, by its name alone; vitest.config.ts says the same in patterns. */
export function projectOf(path: string): Project | undefined {
  if (/\.engine\.test\.ts$/.test(path)) return 'engine';
  if (/\.e2e\.test\.ts$/.test(path)) return 'e2e';
  return /\.test\.tsx?$/.test(path) ? 'unit' : undefined;
}

/** All test files of a project, found without the runner: what it lost would not be missed otherwise. */
export function findTestFiles(project: Project, dir = root): string[] {
  const skipped = new Set(['node_modules', '.next', '.git', 'dist', 'data']);
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : findTestFiles(project, join(dir, entry.name));
    return projectOf(entry.name) === project ? [join(dir, entry.name)] : [];
  });
}
