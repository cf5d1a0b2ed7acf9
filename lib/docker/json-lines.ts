import { appError } from '#lib/shared/errors.ts';

const lineCharsMax = 4 * 1024 * 1024;

/**
 * The lines of a stream of JSON documents, one a line (events, stats, pull, push, build), still as text: whoever needs
 * numbers above 2^53 takes them from there. Yields what arrived together. Throws too-large on a line over 4 MiB.
 */
export async function* readJsonLines(body: AsyncIterable<Buffer | string> | undefined): AsyncGenerator<string[]> {
  if (!body) return;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (rest.length > lineCharsMax) throw appError('too-large', 'The engine sent a line of more than 4 MiB.');
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    const whole = lines.filter((line) => line.trim() !== '');
    if (whole.length > 0) yield whole;
  }
  rest += decoder.decode();
  if (rest.trim() !== '') yield [rest];
}
