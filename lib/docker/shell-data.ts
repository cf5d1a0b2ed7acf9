import { authorize } from '#lib/authz/authorize.ts';
import { capabilities } from '#lib/authz/capabilities.ts';
import { getRuntime } from '#lib/runtime.ts';
import type { Capabilities, EngineRef, UserPrincipal } from '#lib/shared/access.ts';
import type { EngineStatus } from '#lib/shared/inventory.ts';

export interface ShellFacts {
  account: { name: string; email: string; csrfToken: string; version: string };
  capabilities: Capabilities;
  /** Only the engines that this person has a grant on. */
  engines: EngineStatus[];
  notice: string;
}

/** What the frame around every page starts with; the connection keeps it up to date from then on. */
export function readShell(principal: UserPrincipal): ShellFacts {
  const { identity, engines, config } = getRuntime();
  const allowed = capabilities(principal, engines.list(), Date.now());
  return {
    account: {
      name: principal.name,
      email: principal.email,
      csrfToken: identity.csrfToken(principal),
      version: config.version,
    },
    capabilities: allowed,
    notice: identity.settings.get().banner,
    engines: engines
      .statuses()
      .filter(({ name }) => allowed.engines[name])
      // What is in a scope is counted by the live connection, which comes a moment later.
      .map((status) => (isWhole(principal, engines.find(status.id)) ? status : { ...status, counts: undefined })),
  };
}

const lists = ['container.list', 'image.list', 'network.list', 'volume.list'] as const;

function isWhole(principal: UserPrincipal, engine: EngineRef | undefined): boolean {
  return lists.every((operation) => {
    const { allow, scoped } = authorize(principal, operation, engine, Date.now());
    return allow && !scoped;
  });
}
