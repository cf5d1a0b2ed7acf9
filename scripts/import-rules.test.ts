import { expect, test } from 'vitest';
import { findImports, judgeImport } from './import-rules.ts';

const judge = (from: string, specifier: string) => judgeImport({ from, specifier });

test('finds imports over several lines, of types, dynamic ones, re-exports and side effects', () => {
  const text = `import type { A } from '#lib/a.ts';
import {
  b,
  c,
} from './b.ts';
export { d } from "../d.ts";
import './side.css';
const e = await import('e');
const no = "from 'nowhere'";
`;
  expect(
    findImports('lib/x.ts', text)
      .map(({ specifier }) => specifier)
      .sort(),
  ).toEqual(['#lib/a.ts', '../d.ts', './b.ts', './side.css', 'e'].sort());
});

test.each([
  ['lib/gateway/http.ts', '#lib/authz/authorize.ts'],
  ['lib/gateway/http.ts', './classify.ts'],
  ['lib/identity/store.ts', '#lib/db/connect.ts'],
  ['lib/engine/watch/watch.ts', 'dockerode'],
  ['server.ts', './lib/boot.ts'],
  ['app/page.tsx', '#components/shell/frame.tsx'],
  ['components/containers/table.tsx', '#components/resource/table.tsx'],
  ['components/resource/table.tsx', '#components/ui/button.tsx'],
  ['lib/shared/x.test.ts', '#lib/engine/y.ts'],
])('lets %s import %s', (from, specifier) => {
  expect(judge(from, specifier)).toBeUndefined();
});

test.each([
  ['lib/shared/format.ts', '#lib/db/connect.ts'],
  ['lib/authz/authorize.ts', '#lib/db/connect.ts'],
  ['lib/engine/watch.ts', '#lib/gateway/door.ts'],
  ['lib/db/connect.ts', '../gateway/door.ts'],
  ['lib/gateway/forward.ts', 'dockerode'],
  ['app/page.tsx', '#lib/engine/registry.ts'],
  ['components/containers/table.tsx', '#lib/gateway/door.ts'],
  ['components/resource/table.tsx', '#components/containers/columns.tsx'],
  ['components/ui/button.tsx', '#components/resource/table.tsx'],
  ['elsewhere/x.ts', '#lib/shared/format.ts'],
])('refuses that %s imports %s', (from, specifier) => {
  expect(judge(from, specifier)).toBeTypeOf('string');
});
