// Holds the arrows of docs/architecture.md. dependency-cruiser reads TypeScript through a compiler older than ours.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findImports, judgeImport } from './import-rules.ts';

const root = dirname(import.meta.dirname);
const places = ['app', 'components', 'lib', 'bin', 'scripts', 'bench', 'tests'];

function listSources(dir: string): string[] {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) return listSources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

const present = new Set(readdirSync(root));
const files = ['server.ts']
  .filter((name) => present.has(name))
  .concat(places.filter((name) => present.has(name)).flatMap(listSources));
const problems = files
  .flatMap((path) => findImports(path, readFileSync(join(root, path), 'utf8')).map(judgeImport))
  .filter((problem) => problem !== undefined);
for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`${files.length} files looked at, ${problems.length} imports against the rules\n`);
process.exit(problems.length === 0 ? 0 : 1);
