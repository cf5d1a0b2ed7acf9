import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultLogView, parseLogView, writeLogView } from './log-url.ts';

test('what was written is read again', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
  const view = fc.record({
    sources: fc.uniqueArray(fc.record({ engine: name, container: name }), {
      maxLength: 5,
      selector: (s) => `${s.engine}/${s.container}`,
    }),
    tail: fc.integer({ min: 0, max: 100_000 }),
    since: fc.string(),
    until: fc.string(),
    streams: fc.constantFrom('both', 'stdout', 'stderr'),
    find: fc.string(),
    regex: fc.boolean(),
    caseSensitive: fc.boolean(),
  });
  fc.assert(
    fc.property(view, ({ streams, ...rest }) => {
      const whole = { ...rest, stdout: streams !== 'stderr', stderr: streams !== 'stdout' };
      const text = writeLogView(whole, new URLSearchParams()).toString();
      expect(parseLogView(new URLSearchParams(text))).toEqual(whole);
    }),
  );
});

test('defaults leave the address clean and strangers keep their place', () => {
  expect(writeLogView(defaultLogView, new URLSearchParams('engine=a')).toString()).toBe('engine=a');
});

test('a broken address falls back instead of failing', () => {
  const view = parseLogView(new URLSearchParams('tail=-5&c=nosource&c=/x&c=a/&c=a/b&c=a/b&streams=odd'));
  expect(view.tail).toBe(defaultLogView.tail);
  expect(view.sources).toEqual([{ engine: 'a', container: 'b' }]);
  expect(view.stdout && view.stderr).toBe(true);
});
