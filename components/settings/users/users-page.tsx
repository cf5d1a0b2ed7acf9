'use client';
import { UserPlus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { Input } from '#components/ui/input.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { useGrants, useUsers } from '../access-data.ts';
import { PlainTable } from '../plain-table.tsx';
import type { UserShown } from '../schemas.ts';
import { Invitations } from './invitations.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { TeamLinks } from './team-links.tsx';

/** Fewer are seen at a glance. */
const filterFrom = 10;

/** Who is here: state, teams, last seen, and how many grants. */
export function UsersPage() {
  const query = useUsers();
  const grants = useGrants().data?.rows;
  const router = useRouter();
  const [inviting, setInviting] = useState(false);
  const people = query.data?.rows;
  const [text, setText] = useState('');
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = people?.filter(({ name, email, teams }) => {
    const line = [name, email, ...teams.map((team) => team.name)].join(' ').toLowerCase();
    return words.every((word) => line.includes(word));
  });
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
      <div className="space-y-4 px-3 pb-6 sm:px-4">
        {people && people.length > filterFrom && (
          <Input
            aria-label="Filter by name, e-mail, team"
            placeholder="Filter by name, e-mail, team"
            className="w-72 max-sm:w-full"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <PlainTable
          label="Users"
          query={query}
          rows={shown}
          rowKey={({ id }) => id}
          empty={words.length > 0 ? 'Nobody fits this filter.' : 'No users yet: invite the first.'}
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
