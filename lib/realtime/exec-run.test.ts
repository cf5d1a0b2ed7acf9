import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { readOutput } from './exec-run.ts';

// Until then the connection and its record stayed open for the 25 seconds that a look for shells may take.
test('a stream whose engine has ended its own half alone is given up once it is read', async () => {
  const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  const text = Buffer.from('/bin/sh\n');
  stream.push(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, text.length]), text]));
  stream.push(null);
  expect(await readOutput(stream)).toBe('/bin/sh\n');
  expect(stream.destroyed).toBe(true);
});
