import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An engine that answers with bytes of the test's choice: for what a real one can't be made to do. */
export interface FakeEngine {
  url: string;
  /** Every request's head, as it came. */
  requests: string[];
  connections(): number;
  close(): Promise<void>;
}

/** `answer` gets each request's head (bodies are not told apart) and the socket to answer on. */
export async function startFakeEngine(answer: (head: string, socket: Socket) => void): Promise<FakeEngine> {
  const dir = mkdtempSync(join(tmpdir(), 'pilothouse-fake-'));
  const path = join(dir, 's.sock');
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    let seen = '';
    socket.on('data', (chunk) => {
      seen += chunk.toString('latin1');
      for (let end = seen.indexOf('\r\n\r\n'); end >= 0; end = seen.indexOf('\r\n\r\n')) {
        const head = seen.slice(0, end);
        seen = seen.slice(end + 4);
        requests.push(head);
        answer(head, socket);
      }
    });
  });
  await new Promise<void>((done) => server.listen(path, done));
  return {
    url: `unix://${path}`,
    requests,
    connections: () => sockets.size,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A whole response with a length. */
export function respond(socket: Socket, body: unknown, headers: Record<string, string> = {}, status = '200 OK'): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const lines = Object.entries({ 'Content-Type': 'application/json', ...headers }).map(([k, v]) => `${k}: ${v}`);
  socket.write(
    `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
