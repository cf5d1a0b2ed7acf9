import type { Recorder } from '#lib/audit/recordings/recorder.ts';
import type { TrailKeeper } from '#lib/audit/trail-keeper.ts';
import type { Audit } from '#lib/audit/types.ts';
import type { Config } from '#lib/config.ts';
import type { Database } from '#lib/db/open-database.ts';
import type { Registries } from '#lib/engine/registries-types.ts';
import type { Engines } from '#lib/engine/types.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Identity } from '#lib/identity/types.ts';
import type { Policies } from '#lib/policy/open-policies.ts';

/** Everything that lives as long as the process; built once by lib/boot. */
export interface Runtime {
  config: Config;
  identity: Identity;
  audit: Audit;
  trail: TrailKeeper;
  recorder: Recorder;
  /** For reading recordings. */
  db: Database;
  engines: Engines;
  registries: Registries;
  policies: Policies;
  door: Door;
}

const key = Symbol.for('pilothouse.runtime');
const slot = globalThis as { [key]?: Runtime };

/** Called by the server alone, before it listens. */
export function setRuntime(runtime: Runtime): void {
  slot[key] = runtime;
}

/** The server's runtime, also from Next's bundles, which load their own copy of every module but share globalThis. */
export function getRuntime(): Runtime {
  const runtime = slot[key];
  if (!runtime) throw new Error('The runtime is not there: pages are served by server.ts, not by next alone.');
  return runtime;
}
