import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { closeGently } from './answer.ts';
import { createFramedInput } from './framed-input.ts';
import type { DoorReply } from './types.ts';
import { formatResponseHead } from './wire.ts';

export interface TunnelOptions {
  /** What the client asked to upgrade to; absent: it asked for nothing, and its head says 200 as the engine's would. */
  protocol?: string;
  /** `bin/pilothouse connect` frames what it sends. */
  framed?: boolean;
}

/**
 * Two pipes. The client's end travels alone: stdin ends long before the output does (`cat file | docker exec -i`). The
 * engine's end is the end: it closes when the process and its output are over.
 */
export function tunnel(client: Duplex, reply: DoorReply, engine: Duplex, { protocol, framed }: TunnelOptions): void {
  client.write(
    protocol === undefined
      ? formatResponseHead(200, { ...reply.headers, connection: 'close' })
      : formatResponseHead(101, { ...reply.headers, connection: 'Upgrade', upgrade: protocol }, 'UPGRADED'),
  );
  client.once('close', () => engine.destroy());
  engine.on('error', () => engine.destroy());
  const close = () => {
    client.unpipe();
    engine.destroy();
    closeGently(client, () => client.resume());
  };
  engine.once('end', close).once('close', close);
  if (engine.destroyed) {
    close();
    return;
  }
  engine.pipe(client, { end: false });
  if (!framed) client.pipe(engine);
  else client.pipe(createFramedInput().once('error', () => client.destroy())).pipe(engine);
}

/**
 * Takes the socket of a request that was read to its end away from Node's parser, which would take the stdin behind it
 * for a next request: a line of stdin that looks like one must reach the process, and nothing else. Node does the same
 * for upgrades, and offers no way to ask for it here. To be piped in the same turn, or bytes are lost.
 */
export function takeSocket(req: IncomingMessage): Duplex {
  const { socket } = req;
  // The first listener makes the parser give back the reading, which it does past the stream; then its own listeners go.
  socket.on('data', () => undefined);
  for (const event of ['data', 'end', 'drain', 'timeout']) socket.removeAllListeners(event);
  socket.on('error', () => socket.destroy());
  socket.setTimeout(0);
  return socket;
}
