import type { z } from 'zod';
import { type Access, authorize } from '#lib/authz/authorize.ts';
import type { EngineConfig } from '#lib/engine/types.ts';
import type { User } from '#lib/identity/types.ts';
import type { Runtime } from '#lib/runtime.ts';
import type { Grant, ScopeObject } from '#lib/shared/access.ts';
import {
  accessLevels,
  type EffectiveRow,
  type effectiveAccess,
  levelsOfKind,
  type WhoRow,
  type whoMay,
} from '#lib/shared/explained.ts';
import { consoleOperations } from '#lib/shared/operations.ts';
import { levelOperations } from './access-levels.ts';
import type { AccessSubject } from './access-subject.ts';
import { showGrants } from './show-grants.ts';

/** What an account, team or token may do, engine by engine, each by which grant. Ended grants are left out. */
export async function effectiveOf(
  runtime: Runtime,
  { subject, access }: { subject: AccessSubject; access: Access },
): Promise<z.infer<typeof effectiveAccess>> {
  const now = Date.now();
  const shown = new Map((await showGrants(runtime, access.grants)).map((grant) => [grant.id, grant]));
  const rows: EffectiveRow[] = [];
  for (const engine of [...runtime.engines.list(), undefined]) {
    for (const grant of access.grants) {
      const alone: Access = { ...access, grants: [grant] };
      const levels = engine
        ? accessLevels.filter((level) => {
            const operation = levelOperations.engine[level];
            return operation !== undefined && authorize(alone, operation, engine, now).allow;
          })
        : [];
      const inConsole = !engine && consoleOperations.some((each) => authorize(alone, each, undefined, now).allow);
      const found = shown.get(grant.id);
      if (!found || (levels.length === 0 && !inConsole)) continue;
      const role = access.roles?.get(grant.role);
      const { hostAccess = false, seeSecrets = false } = role ?? {};
      rows.push({ ...(engine ? { engine: engine.name } : {}), grant: found, levels, hostAccess, seeSecrets });
    }
  }
  return { subject, rows };
}

/** More accounts than that nobody reads in a table. */
const whoMax = 500;

/** Everybody who may do something with the object (or on the engine), with the grant that allows each level. */
export async function whoMayOn(
  runtime: Runtime,
  engine: EngineConfig,
  object: { kind: keyof typeof levelsOfKind; told: ScopeObject } | undefined,
): Promise<z.infer<typeof whoMay>> {
  const { identity } = runtime;
  const now = Date.now();
  const roles = identity.roleBook();
  const kind = object?.kind ?? 'engine';
  const found: { user: User; byLevel: [(typeof accessLevels)[number], Grant][] }[] = [];
  const grantsOf = await grantsByUser(runtime);
  let more = false;
  for (const user of await identity.users.list()) {
    if (user.disabled) continue;
    const grants = grantsOf(user.id);
    const byLevel = levelsOfKind[kind].flatMap((level): [typeof level, Grant][] => {
      const operation = levelOperations[kind][level];
      if (operation === undefined) return [];
      const { allow, grantId } = authorize(
        { grants, roles },
        operation,
        engine,
        now,
        object ? [shareless(object.told, level)] : [],
      );
      const grant = allow ? grants.find(({ id }) => id === grantId) : undefined;
      return grant ? [[level, grant]] : [];
    });
    if (byLevel.length === 0) continue;
    more = found.length === whoMax;
    if (more) break;
    found.push({ user, byLevel });
  }
  const shown = await showGrants(runtime, [
    ...new Set(found.flatMap(({ byLevel }) => byLevel.map(([, grant]) => grant))),
  ]);
  const byId = new Map(shown.map((grant) => [grant.id, grant]));
  const rows = found.map(({ user, byLevel }): WhoRow => {
    const levels: WhoRow['levels'] = {};
    for (const [level, { id }] of byLevel) levels[level] = byId.get(id);
    return { subject: { kind: user.kind, id: user.id, name: user.name || user.email }, email: user.email, levels };
  });
  return { rows, more };
}

/** What is shared is everybody's to see, and to change only for grants that reach it. */
function shareless({ shared, ...told }: ScopeObject, level: string): ScopeObject {
  return shared && level === 'see' ? { ...told, shared } : told;
}

/** All grants and memberships read once, instead of once per account. */
async function grantsByUser({ identity }: Runtime): Promise<(userId: string) => Grant[]> {
  const bySubject = new Map<string, Grant[]>();
  for (const grant of await identity.grants.list()) {
    const key = `${grant.subjectKind} ${grant.subjectId}`;
    bySubject.set(key, [...(bySubject.get(key) ?? []), grant]);
  }
  const teamsOf = new Map<string, string[]>();
  for (const team of await identity.teams.list()) {
    for (const { userId } of await identity.teams.members(team.id)) {
      teamsOf.set(userId, [...(teamsOf.get(userId) ?? []), team.id]);
    }
  }
  return (userId) => [
    ...(bySubject.get(`user ${userId}`) ?? []),
    ...(teamsOf.get(userId) ?? []).flatMap((team) => bySubject.get(`team ${team}`) ?? []),
  ];
}
