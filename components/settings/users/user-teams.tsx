'use client';
import Link from 'next/link';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Select } from '#components/ui/input.tsx';
import { useGrants, useTeams } from '../access-data.ts';
import { GrantList } from '../grants/grant-list.tsx';
import type { UserShown } from '../schemas.ts';
import { Section } from '../section.tsx';
import { orToast, useApiChange } from '../use-api.ts';

/** The teams of an account, and what it may do through each. */
export function UserTeams({ user, who }: { user: UserShown; who: string }) {
  const teams = useTeams().data?.rows;
  const grants = useGrants().data?.rows;
  const change = useApiChange(['/api/users', '/api/service-accounts', '/api/teams']);
  const others = (teams ?? []).filter(({ id }) => !user.teams.some((team) => team.id === id));
  const join = (id: string) =>
    void orToast(change({ method: 'POST', path: `/api/teams/${id}/members`, body: { userId: user.id } }));
  const leave = (id: string) => void orToast(change({ method: 'DELETE', path: `/api/teams/${id}/members/${user.id}` }));
  return (
    <Section
      title="Teams"
      intro="Whoever is in a team may do what the team may."
      actions={
        others.length > 0 && (
          <Select
            aria-label="Put in a team"
            className="w-44"
            value=""
            onChange={(event) => event.target.value && join(event.target.value)}
          >
            <option value="">Put in a team …</option>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )
      }
    >
      {user.teams.length === 0 && (
        <p className="rounded-md border border-dashed px-4 py-4 text-center text-ink-soft">
          In no team.{' '}
          {teams?.length === 0 && (
            <>
              There is none yet:{' '}
              <Link href="/settings/teams" className="text-accent-text underline">
                make one
              </Link>
              .
            </>
          )}
        </p>
      )}
      <ul className="space-y-3">
        {user.teams.map((team) => (
          <li key={team.id} className="space-y-1.5">
            <div className="flex items-center gap-2">
              <Link href={`/settings/teams/${team.id}`} className="font-medium hover:underline">
                {team.name}
              </Link>
              <Badge>team</Badge>
              <Button size="sm" tone="quiet" className="ml-auto" onClick={() => leave(team.id)}>
                Take out
              </Button>
            </div>
            {grants && (
              <GrantList
                fixed
                who={who}
                grants={grants.filter((each) => each.subjectKind === 'team' && each.subjectId === team.id)}
                empty="This team has no grant."
              />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
