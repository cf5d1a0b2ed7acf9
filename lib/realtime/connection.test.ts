import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { type Connection, createBinder } from './connection.ts';
import type { EventName } from './schemas.ts';

test('what a person does by hand keeps the session; what a page sends by itself does not', async () => {
  const socket = new EventEmitter();
  const principal = { kind: 'user', userId: 'u' };
  const touched: unknown[] = [];
  const deps = { log: { error: () => {} }, identity: { touch: (who: unknown) => touched.push(who) } };
  // The binder uses these parts alone.
  const bind = createBinder(deps as never, { socket, principal } as unknown as Connection);
  const events: [EventName, unknown[], number][] = [
    ['terminal:input', ['c', 'ls\n'], 1],
    ['job:cancel', [{ id: 'j' }], 1],
    ['channel:ack', ['c', 5], 0],
    ['channel:close', ['c'], 0],
    ['jobs:open', [], 0],
    ['inventory:close', [], 0],
  ];
  for (const [event, args, expected] of events) {
    touched.length = 0;
    bind(event, () => ({ value: undefined }));
    const reply = await new Promise((resolve) => {
      socket.emit(event, ...args, resolve);
    });
    expect([event, reply, touched.length]).toEqual([event, { ok: true, value: undefined }, expected]);
    if (expected) expect(touched).toEqual([principal]);
  }
});
