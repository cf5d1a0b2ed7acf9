import type { Runtime } from '#lib/runtime.ts';
import type { Grant } from '#lib/shared/access.ts';
import type { GrantShown } from '#lib/shared/directory.ts';
import { appError } from '#lib/shared/errors.ts';

/** Grants with the names that people know their subjects and engines by. */
export async function showGrants({ identity, engines }: Runtime, grants: readonly Grant[]): Promise<GrantShown[]> {
  if (grants.length === 0) return [];
  const nameOf = await identity.grants.subjectNames();
  return grants.map((grant) => ({
    ...grant,
    subjectName: nameOf(grant),
    ...(grant.scope.kind === 'engine' ? { engineName: engines.find(grant.scope.value)?.name ?? '' } : {}),
  }));
}

/**
 * The place of a grant with its engine by id, so that the grant follows its engine through renames and never falls to a
 * later engine of that name. Throws bad-request; `mayKnow`: whether the caller may know that the engine is there.
 */
export function settleScope<G extends Pick<Grant, 'scope'>>(
  { engines }: Runtime,
  grant: G,
  mayKnow: (engine: NonNullable<ReturnType<Runtime['engines']['find']>>) => boolean = () => true,
): G {
  if (grant.scope.kind !== 'engine') return grant;
  const engine = engines.find(grant.scope.value);
  if (!engine || !mayKnow(engine)) throw appError('bad-request', `There is no engine ${grant.scope.value}.`);
  return { ...grant, scope: { kind: 'engine', value: engine.id } };
}
