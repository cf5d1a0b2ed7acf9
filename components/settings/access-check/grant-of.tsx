'use client';
import { Badge } from '#components/ui/badge.tsx';
import { describeResource } from '#lib/authz/resource-scope.ts';
import type { Explained } from '#lib/shared/explained.ts';
import { GrantEnd } from '../grants/grant-list.tsx';
import { describePlace } from '../grants/grant-words.ts';

type Grant = Explained['verdicts'][number]['grant'];

/** A grant in one line: the role, whose it is, where, on what, until when. */
export function GrantOf({ grant, short = false }: { grant: Grant; short?: boolean }) {
  return (
    <span className="flex flex-wrap items-baseline gap-x-1.5">
      <Badge tone={grant.role === 'administrator' ? 'accent' : 'plain'}>{grant.role}</Badge>
      {grant.subjectKind === 'team' && <span>through the team {grant.subjectName || 'that is gone'}</span>}
      {grant.subjectKind === 'token' && <span>of the token</span>}
      {!short && <span className="text-ink-soft">{describePlace(grant.scope, grant.engineName)}</span>}
      {grant.resource && <span className="break-words text-ink-faint">({describeResource(grant.resource)})</span>}
      {grant.expiresAt !== undefined && <GrantEnd at={grant.expiresAt} />}
    </span>
  );
}
