'use client';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { useTimed } from '#components/ui/clock.ts';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { useEngineName, useRoleBook } from '../access-data.ts';
import type { GrantShown } from '../schemas.ts';
import { EditGrant } from './edit-grant.tsx';
import type { GrantDraft } from './grant-draft.ts';
import { formatUntil, sentence } from './grant-words.ts';
import { RemoveGrant } from './remove-grant.tsx';

interface GrantListProps {
  grants: readonly GrantShown[];
  /** Who has them, in the sentences. */
  who: string;
  /** What it means that there is none, and the next step. */
  empty: React.ReactNode;
  /** Shown, not changed. */
  fixed?: boolean;
  /** Tells which come by a team. */
  sources?: boolean;
}

/** Grants of one subject in words, with their end and reason, to change or take away. */
export function GrantList({ grants, who, empty, fixed, sources }: GrantListProps) {
  const [editing, setEditing] = useState<GrantShown>();
  const [removing, setRemoving] = useState<GrantShown>();
  if (grants.length === 0)
    return <p className="rounded-md border border-dashed px-4 py-4 text-center text-ink-soft">{empty}</p>;
  return (
    <>
      <ul className="divide-y rounded-md border" aria-label="Grants">
        {grants.map((grant) => (
          <li key={grant.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
            <div className="min-w-60 flex-1">
              <GrantLine who={who} grant={grant} />
              {sources && grant.subjectKind === 'team' && (
                <p className="text-ink-faint text-xs">by the team {grant.subjectName}</p>
              )}
            </div>
            {!fixed && (
              <span className="flex gap-1.5">
                <Button size="sm" onClick={() => setEditing(grant)}>
                  Edit
                </Button>
                <Button size="sm" onClick={() => setRemoving(grant)}>
                  Take away
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {editing && <EditGrant grant={editing} who={who} onClose={() => setEditing(undefined)} />}
      {removing && (
        <RemoveGrant grant={removing} who={who} isLast={grants.length === 1} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}

/** Role, sentence, end and reason of one grant. */
export function GrantLine({ who, grant }: { who: string; grant: GrantDraft & { engineName?: string } }) {
  const role = useRoleBook()(grant.role);
  const engineName = useEngineName();
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <Badge tone={grant.role === 'administrator' ? 'accent' : 'plain'} className="self-center">
          {grant.role}
        </Badge>
        <span className="break-words">
          {sentence(who, { ...grant, expiresAt: undefined }, role, grant.engineName || engineName(grant.scope))}
        </span>
      </p>
      {(grant.expiresAt !== undefined || grant.reason) && (
        <p className="mt-0.5 flex flex-wrap gap-x-2 text-ink-faint text-xs">
          {grant.expiresAt !== undefined && <GrantEnd at={grant.expiresAt} />}
          {grant.reason && <span className="break-words">{grant.reason}</span>}
        </p>
      )}
    </>
  );
}

/** `until Fri 27 Nov 2026, 18:00`; what has ended says so, and since when. */
export function GrantEnd({ at }: { at: number }) {
  const ended = useTimed((now) => now >= at, false);
  if (ended)
    return (
      <span className="text-ink-soft">
        <Badge tone="warn">expired</Badge> <RelativeTime at={at} />
      </span>
    );
  return <span className="text-ink-soft">until {formatUntil(at)}</span>;
}
