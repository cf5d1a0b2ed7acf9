import { capabilities } from '#lib/authz/capabilities.ts';
import { getRuntime } from '#lib/runtime.ts';
import type { Capabilities, UserPrincipal } from '#lib/shared/access.ts';
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
    engines: engines.statuses().filter(({ name }) => allowed.engines[name]),
  };
}
