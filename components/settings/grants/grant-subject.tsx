import Link from 'next/link';
import { Badge } from '#components/ui/badge.tsx';
import type { GrantShown } from '../schemas.ts';

/** The role of a grant; an administrator's stands out. */
export function RoleBadge({ role }: { role: string }) {
  return <Badge tone={role === 'administrator' ? 'accent' : 'plain'}>{role}</Badge>;
}

/** Who has the grant, as a sentence begins. */
export function whoOf({ subjectKind, subjectName }: GrantShown): string {
  if (subjectName === '') return 'Somebody who is gone';
  return subjectKind === 'user' ? subjectName : `${subjectKind === 'team' ? 'Team' : 'The token'} ${subjectName}`;
}

/** Who has the grant, and the way to the page of it. */
export function Subject({ grant }: { grant: GrantShown }) {
  const { subjectKind: kind, subjectId: id, subjectName: name } = grant;
  if (name === '') return <span className="text-ink-faint">gone</span>;
  if (kind === 'token')
    return (
      <span className="flex max-w-60 items-center max-sm:max-w-44 gap-1.5" title={name}>
        <span className="truncate">{name}</span> <Badge>token</Badge>
      </span>
    );
  // A service account has a name and no e-mail.
  const folder = kind === 'team' ? 'teams' : name.includes('@') ? 'users' : 'service-accounts';
  return (
    <Link
      href={`/settings/${folder}/${id}`}
      className="flex max-w-60 items-center max-sm:max-w-44 gap-1.5"
      title={name}
    >
      <span className="truncate font-medium hover:underline">{name}</span> {kind === 'team' && <Badge>team</Badge>}
    </Link>
  );
}
