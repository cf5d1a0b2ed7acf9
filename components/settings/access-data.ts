'use client';
import { useMemo } from 'react';
import { useEngines } from '#components/live/inventory-store.ts';
import type { GrantDraft } from './grants/grant-draft.ts';
import { grantSchema, type RoleShown, roleSchema, rowsOf, teamSchema, userSchema } from './schemas.ts';
import { useApi } from './use-api.ts';

const users = rowsOf(userSchema);
const teams = rowsOf(teamSchema);
const roles = rowsOf(roleSchema);
const grants = rowsOf(grantSchema);

/** People; service accounts are listed apart. */
export const useUsers = () => useApi('/api/users', users);
export const useServiceAccounts = () => useApi('/api/service-accounts', users);
export const useTeams = () => useApi('/api/teams', teams);
export const useRoles = () => useApi('/api/roles', roles);
export const useGrants = () => useApi('/api/grants', grants);

/** A role by its name; undefined while the roles are read, and of a role that is not there. */
export function useRoleBook(): (name: string) => RoleShown | undefined {
  const rows = useRoles().data?.rows;
  return useMemo(() => {
    const byName = new Map(rows?.map((role) => [role.name, role]));
    return (name) => byName.get(name);
  }, [rows]);
}

/** The name of the engine that a grant is on, as far as this person sees it. */
export function useEngineName(): (scope: GrantDraft['scope']) => string | undefined {
  const engines = useEngines();
  return ({ kind, value }) => (kind === 'engine' ? engines?.find(({ id }) => id === value)?.name : undefined);
}
