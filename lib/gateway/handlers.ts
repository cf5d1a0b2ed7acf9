import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Identity } from '#lib/identity/types.ts';
import { handleDownload } from './download.ts';
import { type DoorHttpDeps, handleDoorHttp } from './http.ts';
import { handleDoorUpgrade } from './upgrade.ts';

export interface DoorHandlersDeps extends DoorHttpDeps {
  identity: Pick<Identity, 'bySession' | 'byToken' | 'checkCsrfToken'>;
}

/** The door's three handlers for our http server; none of them rejects. */
export function createDoorHandlers(deps: DoorHandlersDeps) {
  return {
    /** `/docker/*` */
    request: (req: IncomingMessage, res: ServerResponse): void => void handleDoorHttp(deps, req, res),
    /** `/docker/*` with an Upgrade header */
    upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer): void =>
      void handleDoorUpgrade(deps, req, socket, head),
    /** `POST /api/download` */
    download: (req: IncomingMessage, res: ServerResponse): void => void handleDownload(deps, req, res),
  };
}
