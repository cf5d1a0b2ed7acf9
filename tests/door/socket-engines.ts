import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { EngineConfig, Engines } from '#lib/engine/types.ts';
import { appError } from '#lib/shared/errors.ts';

export type DoorEngines = Pick<Engines, 'find' | 'request' | 'connect' | 'apiVersion' | 'onStatus'>;

/** The least that the door needs of the engine room: engines at unix sockets, by name. */
export function socketEngines(sockets: Record<string, string>): DoorEngines {
  const agents = new Map<string, Agent>();
  const pathOf = (id: string) => {
    const path = sockets[id];
    if (!path) throw new Error(`no engine ${id}`);
    return path;
  };
  const unreachable = (error: Error) =>
    appError('engine-unreachable', `The engine can't be reached: ${error.message}`, error);
  return {
    find(name): EngineConfig | undefined {
      const path = sockets[name];
      return path ? { id: name, name, aliases: [], tags: [], url: `unix://${path}`, transport: 'unix' } : undefined;
    },
    request(id, { method, path, headers, body, signal, headTimeoutMs }) {
      const agent = agents.get(id) ?? new Agent({ keepAlive: true });
      agents.set(id, agent);
      return new Promise((resolve, reject) => {
        const req = httpRequest({ socketPath: pathOf(id), agent, method, path, headers, signal });
        const timer = headTimeoutMs
          ? setTimeout(
              () => req.destroy(appError('engine-timeout', 'The engine did not answer in time.')),
              headTimeoutMs,
            )
          : undefined;
        req.on('error', (error: Error & { code?: string }) => {
          clearTimeout(timer);
          reject(error.code === 'engine-timeout' ? error : unreachable(error));
        });
        req.on('response', (res) => {
          clearTimeout(timer);
          resolve({ status: res.statusCode ?? 0, headers: res.headers, rawHeaders: res.rawHeaders, body: res });
        });
        if (body instanceof Readable) body.pipe(req);
        else req.end(body);
      });
    },
    connect: (id) =>
      new Promise((resolve, reject) => {
        const socket = connect({ path: pathOf(id), allowHalfOpen: true });
        socket.once('connect', () => resolve(socket)).once('error', (error) => reject(unreachable(error)));
      }),
    apiVersion: () => undefined,
    onStatus: () => () => undefined,
  };
}
