import { appError } from '#lib/shared/errors.ts';
import type { HostAccessReason } from './inspected.ts';

/** What an existing container can reach of its host, from the engine's reply to `/containers/{id}/json`, parsed. */
export function containerHostAccess(reply: unknown): HostAccessReason[] {
  throw appError('internal', `not yet: ${typeof reply}`);
}

/** The same for `/volumes/{name}`. */
export function volumeHostAccess(reply: unknown): HostAccessReason[] {
  throw appError('internal', `not yet: ${typeof reply}`);
}

/** The same for `/networks/{id}`: the host's own network by whatever name or id. */
export function networkHostAccess(reply: unknown): HostAccessReason[] {
  throw appError('internal', `not yet: ${typeof reply}`);
}

/** The same for `/services/{id}`: its present and its previous spec (a rollback brings that back). */
export function serviceHostAccess(reply: unknown): HostAccessReason[] {
  throw appError('internal', `not yet: ${typeof reply}`);
}

/** The same for `/exec/{id}/json` (its container is asked for apart). */
export function execHostAccess(reply: unknown): HostAccessReason[] {
  throw appError('internal', `not yet: ${typeof reply}`);
}
