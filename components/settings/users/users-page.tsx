'use client';
import { UserPlus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { useGrants, useUsers } from '../access-data.ts';
import { PlainTable } from '../plain-table.tsx';
import type { UserShown } from '../schemas.ts';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { TeamLinks } from './team-links.tsx';

/** Who is here: state, teams, last seen, and how many grants. */
export function UsersPage() {
  const query = useUsers();
  const grants = useGrants().data?.rows;
  const router = useRouter();
  const [inviting, setInviting] = useState(false);
  const people = query.data?.rows;
  return (
    <>
      <PageHeader
        title="Users"
        meta={people && `${people.length}`}
        actions={
          <Button tone="primary" onClick={() => setInviting(true)}>
            <UserPlus /> Invite
          </Button>
        }
      />
      <div className="space-y-6 px-3 pb-6 sm:px-4">
        <PlainTable
          label="Users"
          query={query}
          rowKey={({ id }) => id}
          empty="No users yet: invite the first."
          onOpen={(row) => router.push(`/settings/users/${row.id}`)}
          columns={[
            { label: 'Person', cell: (row) => <Person user={row} /> },
            { label: 'Teams', wide: true, cell: (row) => <TeamLinks teams={row.teams} /> },
            {
              label: 'Grants',
              cell: (row) => {
                const own = grants?.filter((each) => each.subjectKind === 'user' && each.subjectId === row.id).length;
                return own === 0 ? <span className="text-ink-faint">none of its own</span> : own;
              },
            },
            {
              label: 'Second factor',
              wide: true,
              cell: ({ secondFactor }) =>
                secondFactor === undefined ? '–' : secondFactor ? <Badge tone="ok">on</Badge> : <Badge>off</Badge>,
            },
            {
              label: 'State',
              wide: true,
              cell: (row) => (row.disabled ? <Badge tone="bad">disabled</Badge> : <Badge tone="ok">active</Badge>),
            },
            {
              label: 'Last seen',
              wide: true,
              cell: (row) => (row.lastSeenAt ? <RelativeTime at={row.lastSeenAt} /> : 'never'),
            },
          ]}
        />
        {people?.length === 1 && (
          <p className="text-ink-soft">
            {formatCount(1, 'user')} so far. Invite the others with a one-time link, or let them come by single sign-on;
            put them in{' '}
            <Link href="/settings/teams" className="text-accent-text underline">
              teams
            </Link>{' '}
            and give the grants to those.
          </p>
        )}
        <Invitations />
      </div>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </>
  );
}

function Person({ user }: { user: UserShown }) {
  return (
    <Link href={`/settings/users/${user.id}`} className="block min-w-0 py-1 hover:underline">
      <span className="font-medium">{user.name || user.email}</span>
      {user.name && <span className="ml-2 break-all text-ink-faint max-sm:block max-sm:ml-0">{user.email}</span>}
    </Link>
  );
}
