import { describe, expect, it } from 'vitest';
import { createDemuxer } from './demux.ts';

function frame(type: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

describe('demuxer', () => {
  it('gives whole characters of each stream however the bytes are cut', () => {
    const bytes = Buffer.concat([frame(1, 'hé🙂'), frame(2, 'ü'), frame(1, ''), frame(1, '!')]);
    for (const size of [1, 2, 3, 5, bytes.length]) {
      const demuxer = createDemuxer();
      const texts = { stdout: '', stderr: '' };
      for (let at = 0; at < bytes.length; at += size) {
        for (const { stream, text } of demuxer.push(bytes.subarray(at, at + size))) texts[stream] += text;
      }
      expect(texts).toEqual({ stdout: 'hé🙂!', stderr: 'ü' });
      expect(demuxer.end()).toEqual([]);
    }
  });

  it('passes on what it has of a frame whose length is a lie', () => {
    const demuxer = createDemuxer();
    expect(demuxer.push(Buffer.from([1, 0, 0, 0, 255, 255, 255, 255, 65]))).toEqual([{ stream: 'stdout', text: 'A' }]);
  });

  it('refuses bytes that are no frame', () => {
    expect(() => createDemuxer().push(Buffer.from('HTTP/1.1 400'))).toThrow('no frame');
  });
});
