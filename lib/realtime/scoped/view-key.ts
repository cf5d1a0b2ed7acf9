import { createHash } from 'node:crypto';
import type { Access } from '#lib/authz/authorize.ts';
import { builtInRoleBook } from '#lib/authz/roles.ts';
import type { EngineRef, Grant, RoleBook } from '#lib/shared/access.ts';

const books = new WeakMap<RoleBook, number>();
let lastBook = 0;

/**
 * The same for all whose grants on the engine are alike now, whoever they are, so that they can share what is worked
 * out and encoded for one of them. Ask again when grants change or end.
 */
export function viewKey(access: Access, engine: EngineRef, nowMs: number): string {
  const book = access.roles ?? builtInRoleBook;
  let version = books.get(book);
  if (version === undefined) {
    version = ++lastBook;
    books.set(book, version);
  }
  const text = JSON.stringify([
    version,
    facts(access.grants, engine, nowMs),
    access.limits ? facts(access.limits, engine, nowMs) : null,
  ]);
  return createHash('sha256').update(text).digest('base64url');
}

function facts(grants: readonly Grant[], engine: EngineRef, nowMs: number): string[] {
  const here = grants.filter(({ expiresAt = Number.POSITIVE_INFINITY, scope }) => {
    if (nowMs >= expiresAt) return false;
    if (scope.kind === 'engine') return scope.value === engine.id;
    return scope.kind === 'all' || engine.tags.includes(scope.value);
  });
  const texts = here.map(({ role, resource: { labels, project, name, images } = {} }) =>
    JSON.stringify([role, labels, project, name, images]),
  );
  return [...new Set(texts)].sort();
}
