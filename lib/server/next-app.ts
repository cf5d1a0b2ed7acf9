import { EventEmitter } from 'node:events';
import next from 'next';
import type { RequestHandler, UpgradeHandler } from './listen.ts';

/** Next as a plain handler: pages and the console's own API. */
export interface NextApp {
  request: RequestHandler;
  upgrade: UpgradeHandler;
  close(): Promise<void>;
}

/** `dir` is the project's root; `dev` compiles pages as they are asked for. */
export async function createNextApp(options: {
  dir: string;
  dev: boolean;
  hostname: string;
  port: number;
}): Promise<NextApp> {
  // Given the real server, Next would add its own upgrade listener and end every socket whose path is one of its pages.
  const httpServer = new EventEmitter() as unknown as NonNullable<Parameters<typeof next>[0]['httpServer']>;
  process.env.NEXT_TELEMETRY_DISABLED ??= '1';
  const app = next({ ...options, httpServer, customServer: true });
  await app.prepare();
  const handle = app.getRequestHandler();
  const upgrade = app.getUpgradeHandler();
  return {
    request: (req, res) => void handle(req, res),
    upgrade: (req, socket, head) => void upgrade(req, socket, head),
    close: () => app.close(),
  };
}
