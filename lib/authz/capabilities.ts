import type { Capabilities, EngineRef, Grant } from '#lib/shared/access.ts';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';
import { authorize } from './authorize.ts';
import { builtInRoleBook, type RoleBook } from './roles.ts';

/**
 * What these grants allow on each of the engines and in the console, for pages that offer only what will be allowed.
 * Engines without any allowed operation are absent. The flags of an engine are those of any operation there.
 */
export function capabilities(
  grants: readonly Grant[],
  engines: readonly EngineRef[],
  nowMs: number,
  roles: RoleBook = builtInRoleBook,
): Capabilities {
  const result: Capabilities = {
    engines: {},
    console: consoleOperations.filter((operation) => authorize(grants, operation, undefined, nowMs, roles).allow),
  };
  for (const engine of engines) {
    const entry: Capabilities['engines'][string] = { operations: [], hostAccess: false, seeSecrets: false };
    for (const operation of engineOperations) {
      const decision = authorize(grants, operation, engine, nowMs, roles);
      if (!decision.allow) continue;
      entry.operations.push(operation);
      entry.hostAccess ||= decision.hostAccess;
      entry.seeSecrets ||= decision.seeSecrets;
    }
    if (entry.operations.length > 0) result.engines[engine.name] = entry;
  }
  return result;
}
