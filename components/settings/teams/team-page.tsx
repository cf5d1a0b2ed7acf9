'use client';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { z } from 'zod';
import { shownError } from '#components/live/errors.ts';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { toast } from '#components/ui/toast.ts';
import { formatCount } from '#lib/shared/format.ts';
import { GrantDialog } from '../grants/grant-dialog.tsx';
import { GrantList } from '../grants/grant-list.tsx';
import { grantSchema, type TeamShown, teamMemberSchema, teamSchema } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';
import { EditTeam } from './edit-team.tsx';
import { TeamMembers } from './team-members.tsx';

const schema = z.object({ team: teamSchema, members: z.array(teamMemberSchema), grants: z.array(grantSchema) });

/** One team: what it can do, and who is in it. */
export function TeamPage({ id }: { id: string }) {
  const query = useApi(`/api/teams/${id}`, schema);
  const change = useApiChange(['/api/grants', '/api/teams']);
  const [giving, setGiving] = useState(false);
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Loading …</p>;
  if (query.isError)
    return (
      <ErrorState
        title="The team could not be read"
        error={shownError(query.error)}
        action={
          <Link href="/settings/teams" className={buttonClass()}>
            All teams
          </Link>
        }
      />
    );
  const { team, members, grants } = query.data;
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/settings/teams', label: 'Teams' }]}
        title={team.name}
        meta={team.description}
        actions={<TeamActions team={team} members={members.length} />}
      />
      <Section
        title="What this team can do"
        intro="Each member may do this, from the moment of joining to that of leaving."
        actions={
          <>
            <Link href={`/settings/access-check?team=${encodeURIComponent(id)}`} className={buttonClass()}>
              What it may do
            </Link>
            <Button tone="primary" onClick={() => setGiving(true)}>
              <Plus /> Give grant
            </Button>
          </>
        }
      >
        <GrantList
          grants={grants}
          who={`Team ${team.name}`}
          empty="Nothing yet. Give the team a role on the engines, or on a compose project of theirs."
        />
      </Section>
      <TeamMembers team={team} members={members} />
      {giving && (
        <GrantDialog
          title={`Give ${team.name} a grant`}
          who={`Team ${team.name}`}
          onSave={async (draft) => {
            const body = { subjectKind: 'team', subjectId: team.id, ...draft };
            await change({ method: 'POST', path: '/api/grants', body });
          }}
          onClose={() => setGiving(false)}
        />
      )}
    </>
  );
}

function TeamActions({ team, members }: { team: TeamShown; members: number }) {
  const change = useApiChange(['/api/teams', '/api/users', '/api/grants']);
  const router = useRouter();
  const [asking, setAsking] = useState<'edit' | 'delete'>();
  return (
    <>
      <Button onClick={() => setAsking('edit')}>Edit</Button>
      <Button tone="danger" onClick={() => setAsking('delete')}>
        Delete
      </Button>
      {asking === 'edit' && <EditTeam team={team} onClose={() => setAsking(undefined)} />}
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={() => setAsking(undefined)}
        danger
        title={`Delete the team ${team.name}?`}
        confirmLabel="Delete team"
        typeToConfirm={team.name}
        onConfirm={async () => {
          // Away first: the page of a team that is gone has nothing to say but that.
          await change({ method: 'DELETE', path: `/api/teams/${team.id}` });
          toast.success(`The team ${team.name} is gone.`);
          router.push('/settings/teams');
        }}
      >
        Its grants go with it: {formatCount(members, 'member')} can do no longer what only this team may, and what is
        open on it ends within a second. The accounts themselves stay.
      </ConfirmDialog>
    </>
  );
}
