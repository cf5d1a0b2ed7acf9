import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

/** Asks for a new password twice on a terminal, without showing it; else takes the first line of stdin. */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    throw new Error('There is no password on stdin.');
  }
  const first = await ask('Password: ');
  if (first !== (await ask('Again: '))) throw new Error('The two are not the same.');
  return first;
}

function ask(prompt: string): Promise<string> {
  process.stderr.write(prompt);
  // What is typed is echoed by readline itself, to its output: to nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      lines.close();
      process.stderr.write('\n');
      resolve(line);
    });
    lines.once('SIGINT', () => {
      lines.close();
      reject(new Error('Stopped.'));
    });
  });
}
