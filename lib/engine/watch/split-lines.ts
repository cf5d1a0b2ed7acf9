/** One event has at most some kilobytes, unless somebody gave its object labels of megabytes. */
const lineBytesMax = 1024 * 1024;

/**
 * Cuts a byte stream into lines. A line above 1 MB is left out and told by `onTooLong`: nothing grows for ever, and
 * nobody who may create a container can end the watch of its engine for all others by a huge label.
 */
export function lineSplitter(onLine: (line: string) => void, onTooLong: () => void): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let skipping = false;
  return (chunk) => {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      const line = restBytes > 0 ? Buffer.concat([...rest, piece]) : piece;
      rest = [];
      restBytes = 0;
      from = end + 1;
      if (!skipping && line.length > 0) onLine(line.toString('utf8'));
      skipping = false;
    }
    if (from === chunk.length || skipping) return;
    rest.push(chunk.subarray(from));
    restBytes += chunk.length - from;
    if (restBytes <= lineBytesMax) return;
    rest = [];
    restBytes = 0;
    skipping = true;
    onTooLong();
  };
}
