import { expect, test } from 'vitest';
import { readEvent } from './read-event.ts';
import { lineSplitter } from './split-lines.ts';

test('lines are whole however the bytes are cut, UTF-8 too', () => {
  const text = '{"a":"é"}\n\n{"b":"漢字"}\n';
  for (let size = 1; size <= 8; size++) {
    const lines: string[] = [];
    const split = lineSplitter((line) => lines.push(line));
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) split(bytes.subarray(at, at + size));
    expect(lines).toEqual(['{"a":"é"}', '{"b":"漢字"}']);
  }
});

test('a line without an end is given up at 1 MB', () => {
  const split = lineSplitter(() => undefined);
  const push = () => {
    for (let n = 0; n < 20; n++) split(Buffer.alloc(100_000, 'x'));
  };
  expect(push).toThrow(/without an end/);
});

test('events are read from new and old engines', () => {
  const now =
    '{"Type":"container","Action":"health_status: healthy","Actor":{"ID":"x","Attributes":{"name":"n"}},"timeNano":1700000000123456789}';
  expect(readEvent(now)).toEqual({
    ...{ type: 'container', action: 'health_status', detail: 'healthy', actorId: 'x', attributes: { name: 'n' } },
    at: 1700000000123,
  });
  expect(readEvent('{"status":"die","id":"y","time":5}')).toMatchObject({ action: 'die', actorId: 'y', at: 5000 });
  expect(() => readEvent('nonsense')).toThrow();
});
