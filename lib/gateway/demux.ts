import { StringDecoder } from 'node:string_decoder';

/** One frame's content of a multiplexed stream; 0 stdin and 1 stdout count as stdout. */
export interface StreamText {
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface Demuxer {
  /** Whole characters only: what is cut at a chunk's end comes with the next chunk. Throws on bytes that are no frame. */
  push(chunk: Buffer): StreamText[];
  /** What is left when the stream has ended. */
  end(): StreamText[];
}

const headBytes = 8;

/**
 * Takes apart the stream of attach and exec without a TTY: frames of one byte stream number, three zero bytes, a
 * big-endian length and the content. Never waits for a whole frame, so a lying length costs no memory.
 */
export function createDemuxer(): Demuxer {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  let head = Buffer.alloc(0);
  let stream: StreamText['stream'] = 'stdout';
  let remaining = 0;

  function push(chunk: Buffer): StreamText[] {
    const texts: StreamText[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (remaining === 0) {
        const missing = headBytes - head.length;
        head = Buffer.concat([head, chunk.subarray(at, at + missing)]);
        at += Math.min(missing, chunk.length - at);
        if (head.length < headBytes) break;
        stream = streamOf(head);
        remaining = head.readUInt32BE(4);
        head = Buffer.alloc(0);
        continue;
      }
      const part = chunk.subarray(at, at + remaining);
      at += part.length;
      remaining -= part.length;
      const text = decoders[stream].write(part);
      const last = texts.at(-1);
      if (last?.stream === stream) last.text += text;
      else if (text) texts.push({ stream, text });
    }
    return texts;
  }

  return {
    push,
    end() {
      const names = ['stdout', 'stderr'] as const;
      return names.map((name) => ({ stream: name, text: decoders[name].end() })).filter(({ text }) => text !== '');
    },
  };
}

function streamOf(head: Buffer): StreamText['stream'] {
  const number = head[0] ?? 255;
  if (number > 3 || head[1] !== 0 || head[2] !== 0 || head[3] !== 0)
    throw new Error('The engine sent bytes that are no frame of a multiplexed stream.');
  return number >= 2 ? 'stderr' : 'stdout';
}
