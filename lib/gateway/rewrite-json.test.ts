import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldPicker, rewriteJson } from './rewrite-json.ts';

const rewrite = (text: string, visit: Parameters<typeof rewriteJson>[1]) =>
  rewriteJson(Buffer.from(text), visit).toString();
const parse = (bytes: Buffer): unknown => JSON.parse(bytes.toString());

describe('rewriteJson', () => {
  it('keeps the engine’s own bytes of what it keeps', () => {
    const body = '[ {"keep":9007199254740993, "x":"\\/"} ,{"a":[1,{"keep":1}]},\n{"keep":1.0} ]\n';
    const out = rewrite(body, (path, bytes) => {
      if (path.length === 0) return 'into';
      return Object.hasOwn(parse(bytes) as object, 'keep') ? 'keep' : 'drop';
    });
    expect(out).toBe('[{"keep":9007199254740993, "x":"\\/"},{"keep":1.0}]\n');
  });

  it('gives the same bytes when nothing changes', () => {
    const body = Buffer.from(' {"a": [1, 2] , "b":{}}');
    expect(rewriteJson(body, () => 'into')).toBe(body);
  });

  it('drops members with their keys and replaces values, of the same length too', () => {
    const visit: Parameters<typeof rewriteJson>[1] = (path) => {
      if (path.length === 0) return 'into';
      if (path[0] === 'gone') return 'drop';
      return path[0] === 'n' ? Buffer.from('2') : 'keep';
    };
    expect(rewrite('{"gone":{"x":"}"},"n":1,"m":"\\"]","gone":0}', visit)).toBe('{"n":2,"m":"\\"]"}');
    expect(rewrite('{"gone":1}', visit)).toBe('{}');
  });

  it('throws rather than pass on what breaks', () => {
    for (const text of ['[{"a":1}', '[1,', '["a]', '{"a" 1}', '{"a":}', '', '[1]]', '[1 2]']) {
      expect(() => rewrite(text, () => 'into'), text).toThrow(/not JSON/);
    }
  });

  it('drops exactly what it is told to, at any depth', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.string(), n: fc.jsonValue() })), (rows) => {
        const keep = (row: unknown) => JSON.stringify(row).length % 2 === 0;
        const out = rewrite(JSON.stringify(rows), (path, bytes) => {
          if (path.length === 0) return 'into';
          return path.length > 1 || keep(parse(bytes)) ? 'into' : 'drop';
        });
        expect(out).toBe(JSON.stringify(rows.filter(keep)));
      }),
    );
  });
});

describe('fieldPicker', () => {
  it('finds fields wherever they stand, and no others', () => {
    const field = fc.constantFrom('Id', 'Names', 'Labels', 'Other', 'I', 'Idx');
    const pick = fieldPicker(['Id', 'Names', 'Labels']);
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (row) => {
        const { Other: _, I: __, Idx: ___, ...wanted } = row;
        expect(pick(Buffer.from(JSON.stringify(row)))).toEqual(JSON.parse(JSON.stringify(wanted)));
      }),
    );
  });
});
