import { createServer, request, type Server } from 'node:http';

/** A unix socket before the engine's own that counts the requests the console sends. */
export interface CountingProxy {
  url: string;
  count(): number;
  close(): void;
}

export async function startCountingProxy(engineSocket: string, ownSocket: string): Promise<CountingProxy> {
  let count = 0;
  const server: Server = createServer((req, res) => {
    count += 1;
    const upstream = request(
      { socketPath: engineSocket, method: req.method, path: req.url, headers: req.headers },
      (reply) => {
        res.writeHead(reply.statusCode ?? 502, reply.headers);
        res.flushHeaders();
        reply.pipe(res);
      },
    );
    upstream.on('error', () => res.destroy());
    res.on('close', () => upstream.destroy());
    req.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(ownSocket, resolve));
  return {
    url: `unix://${ownSocket}`,
    count: () => count,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
