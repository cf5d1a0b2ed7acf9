import { expect, test } from 'vitest';
import { readEvent } from './read-event.ts';
import { lineSplitter } from './split-lines.ts';

const fail = () => {
  throw new Error('too long');
};

test('lines are whole however the bytes are cut, UTF-8 too', () => {
  const text = '{"a":"é"}\n\n{"b":"漢字"}\n';
  for (let size = 1; size <= 8; size++) {
    const lines: string[] = [];
    const split = lineSplitter((line) => lines.push(line), fail);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) split(bytes.subarray(at, at + size));
    expect(lines).toEqual(['{"a":"é"}', '{"b":"漢字"}']);
  }
});

test('a line above 1 MB is told and left out, and the lines around it come through', () => {
  const lines: string[] = [];
  let tooLong = 0;
  const split = lineSplitter(
    (line) => lines.push(line),
    () => {
      tooLong += 1;
    },
  );
  split(Buffer.from('first\nlong'));
  for (let n = 0; n < 40; n++) split(Buffer.alloc(100_000, 'x'));
  split(Buffer.from('end\nlast\n'));
  expect(lines).toEqual(['first', 'last']);
  expect(tooLong).toBe(1);
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
