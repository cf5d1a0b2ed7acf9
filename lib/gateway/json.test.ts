import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAppError } from '#lib/shared/errors.ts';
import { parseJson, printJson } from './json.ts';

const read = (text: string) => parseJson(Buffer.from(text));
const roundTrip = (text: string) => printJson(read(text));

describe('parseJson and printJson', () => {
  it('keep integers above 2^53 and every other number as it was written', () => {
    const text = '{"a":9223372036854775807,"b":-0,"c":1.50,"d":1e400,"e":18446744073709551615}';
    expect(roundTrip(text)).toBe(text);
  });

  it('keep duplicates and their order, so that they can be refused', () => {
    expect(roundTrip('{"a":1,"A":2,"a":3}')).toBe('{"a":1,"A":2,"a":3}');
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '[1,]',
    '01',
    '+1',
    '.5',
    '1.',
    'NaN',
    'tru',
    "{'a':1}",
    '{a:1}',
  ])('refuse %j', (text) => {
    expect(() => read(text)).toThrow(/not JSON/);
  });

  it('refuse what engines read differently: several values, broken UTF-8, lone surrogates, a byte order mark', () => {
    expect(() => read('{} {}')).toThrow(/not JSON/);
    expect(() => read('{}x')).toThrow(/not JSON/);
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
    expect(() => read('"\\ud800"')).toThrow(/not JSON/);
    expect(() => read('\ufeff{}')).toThrow(/not JSON/);
    expect(() => read('"a\nb"')).toThrow(/not JSON/);
  });

  it('refuse deep nesting without deep recursion', () => {
    expect(() => read('['.repeat(100_000))).toThrow(/deep/);
    expect(() => read('{"a":'.repeat(100_000))).toThrow(/deep/);
  });

  it('agree with JSON.parse on what is JSON and what it says', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'grapheme' }), (text) => {
        expect(JSON.parse(roundTrip(text))).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0a1.e- '), maxLength: 12 }), (text) => {
        let ours = true;
        let theirs = true;
        try {
          read(text);
        } catch (error) {
          if (!isAppError(error)) throw error;
          ours = false;
        }
        try {
          JSON.parse(text);
        } catch {
          theirs = false;
        }
        expect(ours).toBe(theirs);
      }),
      { numRuns: 5000 },
    );
  });
});
