import { appError } from '#lib/shared/errors.ts';

/** One event has at most some kilobytes; a longer line is not from an engine in its right mind. */
const lineBytesMax = 1024 * 1024;

/** Cuts a byte stream into lines. Throws engine-unreachable at a line above 1 MB, so that nothing grows for ever. */
export function lineSplitter(onLine: (line: string) => void): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  let restBytes = 0;
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      const line = restBytes > 0 ? Buffer.concat([...rest, piece]) : piece;
      rest = [];
      restBytes = 0;
      from = end + 1;
      if (line.length > 0) onLine(line.toString('utf8'));
    }
    if (from === chunk.length) return;
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes > lineBytesMax) throw appError('engine-unreachable', 'The engine sent an event without an end.');
  };
}
