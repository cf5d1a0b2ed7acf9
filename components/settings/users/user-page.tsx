'use client';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { useGrants, useServiceAccounts, useUsers } from '../access-data.ts';
import { GrantDialog } from '../grants/grant-dialog.tsx';
import { GrantList } from '../grants/grant-list.tsx';
import type { UserShown } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApiChange } from '../use-api.ts';
import { UserActions } from './user-actions.tsx';
import { UserSessions } from './user-sessions.tsx';
import { UserTeams } from './user-teams.tsx';
import { UserTokens } from './user-tokens.tsx';

/** One person: teams, grants in words, sessions, tokens, and the ways out. */
export function UserPage({ id }: { id: string }) {
  return <AccountPage query={useUsers()} id={id} list={{ href: '/settings/users', label: 'Users' }} />;
}

/** The same of a service account, which has no sessions. */
export function ServiceAccountPage({ id }: { id: string }) {
  const list = { href: '/settings/service-accounts', label: 'Service accounts' };
  return <AccountPage query={useServiceAccounts()} id={id} list={list} />;
}

interface AccountPageProps {
  query: ReturnType<typeof useUsers>;
  id: string;
  list: { href: string; label: string };
}

function AccountPage({ query, id, list }: AccountPageProps) {
  const user = query.data?.rows.find((each) => each.id === id);
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Loading …</p>;
  if (query.isError) return <ErrorState title="The account could not be read" error={shownError(query.error)} />;
  if (!user)
    return (
      <EmptyState
        title="There is no such account"
        action={
          <Link href={list.href} className={buttonClass()}>
            {list.label}
          </Link>
        }
      >
        It was deleted, or the address is wrong.
      </EmptyState>
    );
  return <AccountParts user={user} list={list} />;
}

function AccountParts({ user, list }: { user: UserShown; list: AccountPageProps['list'] }) {
  const isService = user.kind === 'service';
  const who = (isService ? user.email : user.name) || user.email;
  return (
    <>
      <PageHeader
        crumbs={[list]}
        title={who}
        meta={
          <>
            {user.name && <span className="break-all">{isService ? user.name : user.email}</span>}
            {user.disabled ? <Badge tone="bad">disabled</Badge> : <Badge tone="ok">active</Badge>}
            {user.lastSeenAt !== undefined && (
              <span className="text-ink-faint">
                last seen <RelativeTime at={user.lastSeenAt} />
              </span>
            )}
          </>
        }
        actions={<UserActions user={user} list={list.href} />}
      />
      <UserTeams user={user} who={who} />
      <OwnGrants user={user} who={who} />
      {!isService && <UserSessions userId={user.id} />}
      <UserTokens user={user} who={who} />
    </>
  );
}

function OwnGrants({ user, who }: { user: UserShown; who: string }) {
  const query = useGrants();
  const change = useApiChange(['/api/grants']);
  const [giving, setGiving] = useState(false);
  const own = (query.data?.rows ?? []).filter((each) => each.subjectKind === 'user' && each.subjectId === user.id);
  return (
    <Section
      title="Own grants"
      intro="What it may do beside what its teams may."
      actions={
        <>
          <Link href={`/settings/access-check?user=${encodeURIComponent(user.id)}`} className={buttonClass()}>
            What it may do
          </Link>
          <Button onClick={() => setGiving(true)}>
            <Plus /> Give grant
          </Button>
        </>
      }
    >
      {query.isError ? (
        <ErrorState title="The grants could not be read" error={shownError(query.error)} />
      ) : (
        query.data && <GrantList grants={own} who={who} empty="None. Give one here, or put the account in a team." />
      )}
      {giving && (
        <GrantDialog
          title={`Give ${who} a grant`}
          who={who}
          onSave={async (draft) => {
            const body = { subjectKind: 'user', subjectId: user.id, ...draft };
            await change({ method: 'POST', path: '/api/grants', body });
          }}
          onClose={() => setGiving(false)}
        />
      )}
    </Section>
  );
}
