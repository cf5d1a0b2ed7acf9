'use client';
import { UserPlus } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { SmallTable } from '#components/ui/facts.tsx';
import type { TeamMemberShown, TeamShown } from '../schemas.ts';
import { Section } from '../section.tsx';
import { orToast, useApiChange } from '../use-api.ts';
import { InviteDialog } from '../users/invite-dialog.tsx';
import { AddMember } from './add-member.tsx';

/** Who is in the team. Whom a group of the identity provider put there leaves only with that group. */
export function TeamMembers({ team, members }: { team: TeamShown; members: readonly TeamMemberShown[] }) {
  const change = useApiChange(['/api/teams', '/api/users', '/api/service-accounts']);
  const [inviting, setInviting] = useState(false);
  const takeOut = (userId: string) =>
    void orToast(change({ method: 'DELETE', path: `/api/teams/${team.id}/members/${userId}` }));
  return (
    <Section
      title={`Members (${members.length})`}
      actions={
        <Button onClick={() => setInviting(true)}>
          <UserPlus /> Invite into this team
        </Button>
      }
    >
      <AddMember team={team} members={members} />
      {members.length === 0 ? (
        <p className="rounded-md border border-dashed px-4 py-4 text-center text-ink-soft">
          Nobody yet. Find people by name above, or invite them.
        </p>
      ) : (
        <div className="rounded-md border">
          <SmallTable heads={['Member', 'Came', '']}>
            {members.map((member) => (
              <tr key={member.userId}>
                <td>
                  <MemberLink member={member} />
                </td>
                <td className="whitespace-nowrap">
                  {member.sources.includes('sso') && (
                    <Badge tone="info" title="Kept in step with a group of the identity provider at every sign-in">
                      by single sign-on
                    </Badge>
                  )}{' '}
                  {member.sources.includes('manual') && <span className="text-ink-faint">put here</span>}
                </td>
                <td className="text-right">
                  {member.sources.includes('manual') && (
                    <Button size="sm" onClick={() => takeOut(member.userId)} aria-label={`Take out ${member.email}`}>
                      Take out
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </SmallTable>
        </div>
      )}
      {inviting && <InviteDialog teamId={team.id} onClose={() => setInviting(false)} />}
    </Section>
  );
}

function MemberLink({ member }: { member: TeamMemberShown }) {
  const isService = member.kind === 'service';
  return (
    <Link
      href={isService ? `/settings/service-accounts/${member.userId}` : `/settings/users/${member.userId}`}
      className="hover:underline"
    >
      <span className="font-medium">{isService ? member.email : member.name || member.email}</span>{' '}
      {member.name && <span className="break-all text-ink-faint">{isService ? member.name : member.email}</span>}{' '}
      {isService && <Badge>service</Badge>} {member.disabled && <Badge tone="bad">disabled</Badge>}
    </Link>
  );
}
