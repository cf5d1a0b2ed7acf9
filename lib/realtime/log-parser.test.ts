import { describe, expect, it } from 'vitest';
import { createLogParser, lineBytesMax, toEngineTime, toFixedTime, toSeconds } from './log-parser.ts';

const time = '2026-11-26T12:06:17.556968639Z';

function frame(type: number, text: string | Buffer): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

function readAll(data: Buffer, chunkBytes: number) {
  const parser = createLogParser(0);
  const lines = [];
  for (let at = 0; at < data.length; at += chunkBytes) lines.push(...parser.push(data.subarray(at, at + chunkBytes)));
  return [...lines, ...parser.end()];
}

describe('log parser', () => {
  it('tells stdout from stderr and keeps the engine’s own time', () => {
    const data = Buffer.concat([frame(1, `${time} out\n`), frame(2, `${time} err\r\n`)]);
    expect(readAll(data, data.length)).toEqual([
      { source: 0, stream: 'stdout', time, text: 'out' },
      { source: 0, stream: 'stderr', time, text: 'err' },
    ]);
  });

  it('gives the same lines however the bytes are cut, characters whole', () => {
    const data = Buffer.concat([frame(1, `${time} héllo 🙂\n`), frame(2, `${time} \n`), frame(1, `${time} tail`)]);
    const whole = readAll(data, data.length);
    expect(whole.map(({ text }) => text)).toEqual(['héllo 🙂', '', 'tail']);
    for (const size of [1, 2, 3, 7, 31]) expect(readAll(data, size)).toEqual(whole);
  });

  it('joins the entries of a long line, and not the next line of a process that ended without a line end', () => {
    const long = 'é'.repeat(8192);
    const data = Buffer.concat([
      frame(1, `${time} ${long}`),
      frame(2, `${time} between\n`),
      frame(1, `${time} ${long}`),
      frame(1, `${time} end\n`),
      frame(1, `${time} no line end`),
      frame(1, `${time} after a restart\n`),
    ]);
    expect(readAll(data, 1000).map(({ text }) => text)).toEqual([
      'between',
      `${long}${long}end`,
      'no line end',
      'after a restart',
    ]);
  });

  it('cuts a line at 256 KB and counts the rest', () => {
    const entry = 'x'.repeat(16 * 1024);
    const entries = Array.from({ length: 640 }, () => frame(1, `${time} ${entry}`));
    const [line, next] = readAll(
      Buffer.concat([...entries, frame(1, `${time} end\n`), frame(1, `${time} b\n`)]),
      65_536,
    );
    expect(line?.text.length).toBe(lineBytesMax);
    expect(line?.cutBytes).toBe(640 * 16 * 1024 + 3 - lineBytesMax);
    expect(next?.text).toBe('b');
  });

  it('never holds more of a frame than it shows, whatever length the engine claims', () => {
    const head = Buffer.from([1, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff]);
    const parser = createLogParser();
    parser.push(Buffer.concat([head, Buffer.from(`${time} `)]));
    let lines = 0;
    for (let i = 0; i < 100; i++) lines += parser.push(Buffer.alloc(65_536, 'x')).length;
    expect(lines).toBe(1);
    expect(parser.end()).toEqual([]);
  });

  it('refuses bytes that are no frame', () => {
    const parser = createLogParser();
    parser.push(frame(1, `${time} a\n`));
    expect(() => parser.push(Buffer.from('HTTP/1.1 200 OK'))).toThrow('no frame');
  });

  it('reports what the engine says in an error frame', () => {
    const errors: string[] = [];
    const parser = createLogParser(0, (message) => errors.push(message));
    parser.push(frame(3, 'Error grabbing logs: invalid character\n'));
    expect(errors).toEqual(['Error grabbing logs: invalid character']);
  });

  it('reads a TTY’s raw text and takes out the times between the entries of a long line', () => {
    const x = 'x'.repeat(16 * 1024);
    const data = Buffer.from(`${time} ${x}${time} ${x}${time} end\r\n${time} hé\r\n`);
    for (const size of [data.length, 4000, 17]) {
      expect(readAll(data, size).map(({ text }) => text)).toEqual([`${x}${x}end`, 'hé']);
    }
  });

  it('survives binary output', () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i).filter((byte) => byte !== 10));
    const lines = readAll(frame(1, Buffer.concat([Buffer.from(`${time} `), bytes, Buffer.from('\n')])), 50);
    expect(lines).toHaveLength(1);
  });
});

describe('times', () => {
  it('brings other engines’ times into one comparable form', () => {
    expect(toFixedTime('2026-11-26T12:06:17.5Z')).toBe('2026-11-26T12:06:17.500000000Z');
    expect(toFixedTime('2026-11-26T13:06:17.556968639+01:00')).toBe(time);
    expect(toFixedTime('not a time')).toBeUndefined();
  });

  it('turns what people write into what engines take', () => {
    const now = Date.parse('2026-11-26T12:00:00Z');
    expect(toSeconds('1700000000.5', now)).toBe('1700000000.5');
    expect(toSeconds('2026-11-26T12:06:17.556968639Z', now)).toBe('1795694777.556968639');
    expect(toSeconds('2026-11-26T12:06:17', now)).toBe('1795694777.000000000');
    expect(toSeconds('1970-01-02', now)).toBe('86400.000000000');
    expect(toSeconds('10m', now)).toBe(`${now / 1000 - 600}.000`);
    expect(toSeconds('yesterday', now)).toBeUndefined();
    expect(toSeconds('2026-99-99T00:00:00Z', now)).toBeUndefined();
  });

  it('moves a time without losing its nanoseconds', () => {
    expect(toEngineTime('1970-01-01T00:00:02.000000001Z', -1000)).toBe('1.000000001');
  });
});
