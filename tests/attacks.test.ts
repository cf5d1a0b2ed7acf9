import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';

// The page docs/attacks.md says which test holds each class of attack and each rule of the door. This file holds the
// page to the tests: a title that is changed or taken away, or a class without a test, fails here.

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** How other consoles were broken, with the number of the advisory or issue where there is one. */
const classes = [
  'a route family without authorization (CVE-2026-44848)',
  'a rule missing on a sibling operation (CVE-2026-44849)',
  'an equivalent field (CVE-2026-44850)',
  'JSON seen differently',
  'path tricks',
  'websocket checked less than REST (dockhand #923)',
  'token in a URL (CVE-2026-44883)',
  "reading another team's object by id (CVE-2026-44884, portainer #10489)",
  'archive traversal (GHSA-m8fg-67j7-cx4v)',
  'server-side request forgery',
  'read right that writes (arcane #2944)',
  'first-run race (portainer #2475)',
  'first SSO login gets admin (dockhand #1)',
  'session survives sign-out or a role change (portainer #10186, portainer #10568)',
  'stored XSS',
  'user enumeration at the sign-in',
  'a limiter that bans a whole proxy (portainer #3900)',
  'swallowed errors',
];

const [classTable = '', ruleTables = ''] = read('docs/attacks.md').split('## The rules of the door');

/** The rows of a part of the page: what, and the tests named for it. */
function rowsOf(text: string) {
  return text
    .split('\n')
    .filter((line) => /^\| (?!(class|rule) \|)/.test(line))
    .map((line) => {
      const cells = line
        .slice(2, -2)
        .split(/ (?<!\\)\| /)
        .map((cell) => cell.replaceAll('\\|', '|'));
      const [what = '', , tests = ''] = cells;
      const named = tests.split('<br>').map((entry) => /^`([^`]+)`: (.+)$/.exec(entry)?.slice(1) ?? [entry, '']);
      return { what, named: named.map(([file = '', title = '']) => ({ file, title })) };
    });
}

const holds = ({ file, title }: { file: string; title: string }) =>
  title !== '' && ["'", '"', '`'].some((quote) => read(file).includes(quote + title + quote));

describe('docs/attacks.md', () => {
  it('has a row for each class of attack and no other, and each is named in one of its tests', () => {
    const rows = rowsOf(classTable);
    expect(rows.map(({ what }) => what).sort()).toEqual([...classes].sort());
    const unnamed = rows.filter(
      ({ what, named }) => !named.some(({ file }) => read(file).includes(`Attack: ${what}.`)),
    );
    expect(unnamed).toEqual([]);
  });

  it('has a test for each rule of the door', () => {
    const rows = rowsOf(ruleTables);
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ named }) => named.length === 0)).toEqual([]);
  });

  it('names tests that are there, by their titles', () => {
    const all = [...rowsOf(classTable), ...rowsOf(ruleTables)].flatMap(({ named }) => named);
    expect(all.filter((entry) => !holds(entry))).toEqual([]);
  });
});

const sources = globSync('{app,bin,components,lib,scripts}/**/*.{ts,tsx}', { cwd: root })
  .concat('server.ts')
  .filter((path) => !/\.(test|contract)\.tsx?$/.test(path));

/** Lines of the product that match, with their file. */
const linesWith = (pattern: RegExp, paths: string[]) =>
  paths.flatMap((path) =>
    read(path)
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );

// Attack: stored XSS. Labels, names, tags and log lines are written by whoever runs a container.
test('no page writes HTML from text (stored XSS)', () => {
  const pages = sources.filter((path) => /^(app|components)\//.test(path));
  expect(pages.length).toBeGreaterThan(100);
  const writesHtml =
    /dangerouslySetInnerHTML|\b(inner|outer)HTML\b|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcDoc/;
  expect(linesWith(writesHtml, pages)).toEqual([]);
});

// Attack: archive traversal (GHSA-m8fg-67j7-cx4v). A name like ../../etc/cron.d/x in an archive writes where it likes
// when it is unpacked. Archives pass through the console to the engine, which unpacks inside the container.
test('nothing of the console unpacks an archive (archive traversal, GHSA-m8fg-67j7-cx4v)', () => {
  const unpackers = /^(tar|tar-fs|tar-stream|adm-zip|unzipper|yauzl|jszip|extract-zip|decompress|fflate)$/;
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
  expect(Object.keys(dependencies).filter((name) => unpackers.test(name))).toEqual([]);
  // dockerode brings tar-fs with it, so imports count as well as dependencies.
  const server = sources.filter((path) => /^(app|bin|components|lib|server)/.test(path));
  const imports = /(from|import|require)\W*['"](tar|tar-fs|tar-stream|adm-zip|unzipper|yauzl|jszip|extract-zip)['"]/;
  expect(linesWith(imports, server)).toEqual([]);
  expect(linesWith(/['"](tar|unzip|bsdtar|cpio)['"],\s*\[/, server)).toEqual([]);
});
