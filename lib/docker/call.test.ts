import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { checkReply, codeOfStatus, doorRequest, engineMessage, enginePath } from './call.ts';
import { readJsonLines } from './json-lines.ts';

describe('engine calls', () => {
  it('encodes what stands in a path, so that a name can’t become another path', () => {
    expect(enginePath`/containers/${'../info?x'}/json`).toBe('/containers/..%2Finfo%3Fx/json');
  });

  it('leaves absent parameters out and writes booleans as Docker reads them', () => {
    const { rawQuery } = doorRequest({
      engine: 'a',
      method: 'GET',
      path: '/x',
      query: { follow: true, tail: 5, since: undefined, all: false },
    });
    expect(rawQuery).toBe('follow=1&tail=5&all=0');
  });

  it('turns an engine’s refusal into our error with its own words and the record', async () => {
    const body = Readable.from([Buffer.from('{"message":"No such container: x"}')]);
    await expect(checkReply({ status: 404, headers: {}, body, auditId: 'r1' })).rejects.toMatchObject({
      code: 'not-found',
      message: 'No such container: x',
      auditId: 'r1',
    });
    expect(engineMessage('plain words\n')).toBe('plain words');
    expect([400, 401, 409, 418, 500, 502].map(codeOfStatus)).toEqual([
      'bad-request',
      'forbidden',
      'conflict',
      'bad-request',
      'conflict',
      'engine-unreachable',
    ]);
  });
});

describe('JSON lines', () => {
  const read = async (parts: Buffer[]) => {
    const lines: string[] = [];
    for await (const batch of readJsonLines(Readable.from(parts))) lines.push(...batch);
    return lines;
  };

  it('gives whole lines however the bytes are cut, the last without a line end, too', async () => {
    const bytes = Buffer.from('{"a":"hé"}\r\n\n{"b":2}\n{"c":3}');
    const parts = [...bytes].map((byte) => Buffer.from([byte]));
    expect((await read(parts)).map((line) => JSON.parse(line))).toEqual([{ a: 'hé' }, { b: 2 }, { c: 3 }]);
  });

  it('gives up on a line without end', async () => {
    const parts = Array.from({ length: 70 }, () => Buffer.alloc(65_536, 'x'));
    await expect(read(parts)).rejects.toMatchObject({ code: 'too-large' });
  });
});
