import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { median } from './numbers.ts';

/** Somewhere that speaks the Engine API: the engine's socket, or the console with a token. */
export interface Target {
  name: string;
  send(method: string, path: string): ClientRequest;
  close(): void;
}

export function engineTarget(socketPath: string): Target {
  const agent = new Agent({ keepAlive: true });
  return {
    name: 'direct',
    send: (method, path) => request({ agent, socketPath, method, path, headers: { host: 'docker' } }),
    close: () => agent.destroy(),
  };
}

export function doorTarget(url: string, engine: string, token: string): Target {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(url);
  return {
    name: 'door',
    send: (method, path) =>
      request({
        agent,
        hostname,
        port,
        method,
        path: `/docker/${engine}${path}`,
        headers: { authorization: `Bearer ${token}` },
      }),
    close: () => agent.destroy(),
  };
}

/** One GET, read to its end: milliseconds and bytes. Rejects for anything but 200. */
export function timeGet(target: Target, path: string): Promise<{ ms: number; bytes: number }> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const req = target.send('GET', path);
    req.once('error', reject);
    req.once('response', (res: IncomingMessage) => {
      let bytes = 0;
      res.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      res.once('error', reject);
      res.once('end', () => {
        if (res.statusCode === 200) resolve({ ms: performance.now() - started, bytes });
        else reject(new Error(`${target.name} answered ${res.statusCode} to ${path}`));
      });
    });
    req.end();
  });
}

/** The median of `count` GETs, `atOnce` of them under way together. */
export async function medianGet(target: Target, path: string, count: number, atOnce: number): Promise<number> {
  const times: number[] = [];
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      times.push((await timeGet(target, path)).ms);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return median(times);
}

/** Both targets in turn, so that a machine whose speed drifts drifts for both. */
export async function pairGet(pair: { direct: Target; door: Target }, path: string, count: number, atOnce: number) {
  const half = Math.ceil(count / 2);
  const direct = [await medianGet(pair.direct, path, half, atOnce)];
  const door = [await medianGet(pair.door, path, half, atOnce), await medianGet(pair.door, path, half, atOnce)];
  direct.push(await medianGet(pair.direct, path, half, atOnce));
  return { direct: median(direct), door: median(door) };
}
