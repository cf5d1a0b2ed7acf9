import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineFilter, lineBytesMax } from './filter.ts';

const isKept = (element: unknown) => typeof element === 'object' && element !== null && 'keep' in element;

async function filterThrough(options: Parameters<typeof createLineFilter>[0], chunks: Buffer[]): Promise<string> {
  const out: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      out.push(chunk);
      done();
    },
  });
  await pipeline(Readable.from(chunks), createLineFilter(options), sink);
  return Buffer.concat(out).toString();
}

describe('createLineFilter', () => {
  it('drops and keeps whole lines with their own bytes, however the chunks fall', async () => {
    const lines = ['{"keep":1732622356123456789}\n', '{"a":"é\\/"}\n', '\n', '\u001e{"keep":"é"}\n', '{"keep":1}'];
    const whole = Buffer.from(lines.join(''));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(whole.length)), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), whole.length];
        const chunks = edges.slice(1).map((end, at) => whole.subarray(edges[at], end));
        const kept = lines.filter((line) => !line.includes('"a"')).join('');
        expect(await filterThrough({ keep: isKept }, chunks)).toBe(kept);
      }),
      { numRuns: 50 },
    );
  });

  it('changes lines by map', async () => {
    const map = (line: Buffer) => Buffer.from(line.toString().toUpperCase());
    expect(await filterThrough({ map }, [Buffer.from('{"a":1}\n{"b"'), Buffer.from(':2}\n')])).toBe(
      '{"A":1}\n{"B":2}\n',
    );
  });

  it('leaves out a line that is too long to look into, and passes those around it', async () => {
    const flood = Array.from({ length: 20 }, () => Buffer.alloc(lineBytesMax / 10, 'a'));
    const chunks = [Buffer.from('{"keep":1}\n{"keep":"'), ...flood, Buffer.from('"}\n{"keep":2}\n')];
    expect(await filterThrough({ keep: isKept }, chunks)).toBe('{"keep":1}\n{"keep":2}\n');
    expect(await filterThrough({ keep: isKept }, flood)).toBe('');
  });

  it('ends with an error at what is not JSON', async () => {
    await expect(filterThrough({ keep: isKept }, [Buffer.from('nonsense\n')])).rejects.toThrow(/not JSON/);
  });

  it('passes a line on as soon as it is whole', async () => {
    const filter = createLineFilter({ keep: isKept });
    filter.write(Buffer.from('{"keep":1}\n{"ke'));
    expect(String(filter.read())).toBe('{"keep":1}\n');
    filter.destroy();
  });
});
