import { StringDecoder } from 'node:string_decoder';
import { createDemuxer } from '#lib/gateway/demux.ts';

const keptCharsMax = 256 * 1024;

/** Turns a terminal's bytes into text, characters whole across chunks; without a TTY out of the engine's frames. */
export function createTerminalDecoder(tty: boolean): (chunk: Buffer) => string {
  if (!tty) {
    const demuxer = createDemuxer();
    // Without a TTY nothing turns line feeds into new lines for the screen.
    return (chunk) => {
      const texts = demuxer.push(chunk).map(({ text }) => text);
      return texts.join('').replace(/\r?\n/g, '\r\n');
    };
  }
  const decoder = new StringDecoder('utf8');
  return (chunk) => decoder.write(chunk);
}

/** The last 256 KB of a terminal, for a page that comes back. */
export interface TerminalMemory {
  push(text: string): void;
  text(): string;
}

export function createTerminalMemory(): TerminalMemory {
  let parts: string[] = [];
  let chars = 0;
  return {
    push(text) {
      parts.push(text);
      chars += text.length;
      while (parts.length > 1 && chars - (parts[0]?.length ?? 0) >= keptCharsMax) chars -= parts.shift()?.length ?? 0;
      // Many keystrokes make many small parts.
      if (parts.length > 1024) parts = [parts.join('')];
    },
    text() {
      const all = parts.join('').slice(-keptCharsMax);
      // Not in the middle of a character outside the basic plane.
      return /^[\udc00-\udfff]/.test(all) ? all.slice(1) : all;
    },
  };
}
