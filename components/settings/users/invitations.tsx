'use client';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { useTeams } from '../access-data.ts';
import { OneTimeLink } from '../one-time-link.tsx';
import { PlainTable } from '../plain-table.tsx';
import { orToast, useApiChange } from '../use-api.ts';
import { madeLinkSchema } from './invite-dialog.tsx';
import { type Invitation, useInvitations } from './use-invitations.ts';

/** Links that nobody has used yet. Not shown when there is none. */
export function Invitations() {
  const query = useInvitations();
  const change = useApiChange(['/api/invitations']);
  const teams = useTeams().data?.rows ?? [];
  const [revoking, setRevoking] = useState<Invitation>();
  const [again, setAgain] = useState<{ email: string; url: string; expiresAt: number }>();
  const rows = query.data?.rows.filter(({ kind }) => kind === 'invite');
  // The old link ends with the new one: the console keeps one for each address.
  const inviteAgain = async ({ email, name, teams: to, grants }: Invitation) => {
    const body = { email, ...(name ? { name } : {}), teams: to, grants };
    const { url, link } = madeLinkSchema.parse(await change({ method: 'POST', path: '/api/invitations', body }));
    setAgain({ email, url, expiresAt: link.expiresAt });
  };
  if (rows?.length === 0 && !again) return null;
  return (
    <section>
      <h2 className="mb-2 font-semibold">Invited, not here yet</h2>
      <PlainTable
        label="Invitations"
        query={query}
        rows={rows}
        rowKey={({ id }) => id}
        empty="Nobody is invited."
        columns={[
          {
            label: 'Person',
            cell: ({ email, name }) => <span className="break-all">{name ? `${name} (${email})` : email}</span>,
          },
          {
            label: 'Will have',
            wide: true,
            cell: ({ teams: to, grants }) => (
              <span className="text-ink-soft">
                {[
                  ...to.flatMap((id) => teams.find((team) => team.id === id)?.name ?? []),
                  ...(grants.length > 0 ? [formatCount(grants.length, 'grant')] : []),
                ].join(', ') || 'nothing'}
              </span>
            ),
          },
          { label: 'By', wide: true, cell: ({ createdBy }) => <span className="break-all">{createdBy}</span> },
          { label: 'Ends', cell: ({ expiresAt }) => <RelativeTime at={expiresAt} /> },
          {
            label: '',
            className: 'text-right whitespace-nowrap',
            cell: (row) => (
              <>
                <Button size="sm" tone="quiet" onClick={() => void orToast(inviteAgain(row))}>
                  New link
                </Button>
                <Button size="sm" tone="quiet" onClick={() => setRevoking(row)}>
                  Revoke
                </Button>
              </>
            ),
          },
        ]}
      />
      {again && (
        <OneTimeLink
          title={`Invitation for ${again.email}`}
          text={again.url}
          expiresAt={again.expiresAt}
          onClose={() => setAgain(undefined)}
        >
          The link that was sent before no longer works.
        </OneTimeLink>
      )}
      {revoking && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRevoking(undefined)}
          title={`Revoke the invitation of ${revoking.email}?`}
          confirmLabel="Revoke"
          onConfirm={async () => {
            await change({ method: 'DELETE', path: `/api/invitations/${revoking.id}` });
          }}
        >
          The link no longer works. Nobody was made by it.
        </ConfirmDialog>
      )}
    </section>
  );
}
