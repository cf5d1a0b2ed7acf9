import type { Capabilities, EngineCapabilities, EngineRef } from '#lib/shared/access.ts';
import { consoleOperations, engineOperations } from '#lib/shared/operations.ts';
import { type Access, authorize, scopesFor } from './authorize.ts';
import { describeResource } from './resource-scope.ts';

/**
 * What this access allows on each of the engines and in the console, for pages that offer only what will be allowed.
 * Engines without any allowed operation are absent. The flags of an engine are those of any operation there.
 */
export function capabilities(access: Access, engines: readonly EngineRef[], nowMs: number): Capabilities {
  const result: Capabilities = {
    engines: {},
    console: consoleOperations.filter((operation) => authorize(access, operation, undefined, nowMs).allow),
  };
  for (const engine of engines) {
    const entry: EngineCapabilities = { operations: [], hostAccess: false, seeSecrets: false };
    let scoped = true;
    for (const operation of engineOperations) {
      const decision = authorize(access, operation, engine, nowMs);
      if (!decision.allow) continue;
      entry.operations.push(operation);
      entry.hostAccess ||= decision.hostAccess;
      entry.seeSecrets ||= decision.seeSecrets;
      scoped &&= decision.scoped === true;
    }
    if (scoped) entry.scoped = true;
    const createsIn = placesToCreate(access, engine, nowMs);
    if (createsIn.length > 0) entry.createsIn = createsIn;
    if (entry.operations.length > 0) result.engines[engine.name] = entry;
  }
  return result;
}

/** None: no grant lets create, or one on the whole engine does. */
function placesToCreate(access: Access, engine: EngineRef, nowMs: number): string[] {
  const places = (['network.create', 'volume.create'] as const).flatMap((operation) =>
    scopesFor(access, operation, engine, nowMs).flat(),
  );
  // Images are no part of where a network or a volume is.
  return [...new Set(places.map(({ images: _, ...place }) => describeResource(place)))].filter(Boolean);
}
