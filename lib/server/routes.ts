import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize } from '#lib/authz/authorize.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Log } from '#lib/log.ts';
import { settleForwardedHeaders } from './client-address.ts';
import { type Handlers, type RequestHandler, refuseOnSocket, type UpgradeHandler } from './listen.ts';
import type { Metrics } from './metrics.ts';
import { setPageSecurityHeaders } from './security-headers.ts';

export interface RoutesInput {
  version: string;
  /** Pages are compiled as they are asked for. */
  dev: boolean;
  isTrustedProxy: (address: string) => boolean;
  identity: Identity;
  metrics: Metrics;
  door: { request: RequestHandler; upgrade: UpgradeHandler; download: RequestHandler };
  realtime: { request: RequestHandler; upgrade: UpgradeHandler };
  pages: { request: RequestHandler; upgrade: UpgradeHandler };
  log: Log;
}

/** The one switch: which room answers a path. Nothing here decides who may do what. */
export function createRoutes(input: RoutesInput): Handlers {
  const request: RequestHandler = (req, res) => {
    settleForwardedHeaders(req, input.isTrustedProxy);
    const path = pathOf(req);
    // `*` and whole addresses are for proxies; Next never answers the first.
    if (!path.startsWith('/')) return answerJson(res, 400, { message: 'The request names no path.' });
    if (path === '/docker' || path.startsWith('/docker/')) return input.door.request(req, res);
    if (path.startsWith('/realtime')) return input.realtime.request(req, res);
    if (path === '/api/download') return input.door.download(req, res);
    if (path === '/api/health') return answerJson(res, 200, { status: 'ok', version: input.version });
    if (path === '/metrics') return void answerMetrics(input, req, res);
    setPageSecurityHeaders(req, res, input.dev);
    input.pages.request(req, res);
  };
  const upgrade: UpgradeHandler = (req, socket, head) => {
    settleForwardedHeaders(req, input.isTrustedProxy);
    const path = pathOf(req);
    if (path.startsWith('/docker/')) return input.door.upgrade(req, socket, head);
    if (path.startsWith('/realtime')) return input.realtime.upgrade(req, socket, head);
    // Built pages have no upgrades, and Next would hold the socket for ever.
    if (input.dev && path.startsWith('/_next/')) return input.pages.upgrade(req, socket, head);
    refuseOnSocket(socket, '404 Not Found');
  };
  return { request, upgrade };
}

function pathOf(req: IncomingMessage): string {
  const url = req.url ?? '/';
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function answerJson(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(JSON.stringify(body));
}

async function answerMetrics(input: RoutesInput, req: IncomingMessage, res: ServerResponse): Promise<void> {
  try {
    const client = { headers: req.headers, address: String(req.headers['x-forwarded-for'] ?? '') };
    const principal = await input.identity.byToken(client);
    if (!principal)
      return answerJson(res, 401, { message: 'Metrics want an API token: Authorization: Bearer <token>.' });
    const decision = authorize(principal, 'console.metrics', undefined, Date.now());
    if (!decision.allow) return answerJson(res, 403, { message: decision.reason });
    const text = await input.metrics.text();
    res.writeHead(200, { 'Content-Type': input.metrics.contentType }).end(text);
  } catch (error) {
    input.log.error('metrics failed', { error });
    if (!res.headersSent) answerJson(res, 500, { message: 'The metrics could not be collected.' });
  }
}
