'use client';
import { shownError } from '#components/live/errors.ts';
import { Badge } from '#components/ui/badge.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { effectiveAccess } from '#lib/shared/explained.ts';
import { PlainTable } from '../plain-table.tsx';
import { useApi } from '../use-api.ts';
import { GrantOf } from './grant-of.tsx';

/** What an account, team or token may do, engine by engine, by which grant, through which team, until when. */
export function EffectiveAccess({ who }: { who: string }) {
  const at = who.indexOf(':');
  const query = useApi(`/api/access?${who.slice(0, at)}=${encodeURIComponent(who.slice(at + 1))}`, effectiveAccess);
  if (query.isError) return <ErrorState title="The access could not be read" error={shownError(query.error)} />;
  return (
    <section aria-label="Effective access" className="max-w-4xl space-y-2">
      <h2 className="font-semibold">
        What {query.data?.subject.name ?? 'it'} may do{' '}
        {query.data?.subject.barred && <Badge tone="bad">{query.data.subject.barred}</Badge>}
      </h2>
      <PlainTable
        label="Effective access"
        query={query}
        rowKey={({ engine, grant }) => `${engine} ${grant.id}`}
        empty="Nothing: there is no grant that allows anything now. Give one, or put the account in a team."
        columns={[
          { label: 'Engine', cell: (row) => <span className="font-medium">{row.engine ?? 'the console itself'}</span> },
          {
            label: 'May',
            cell: (row) => (
              <span className="flex flex-wrap gap-1 py-1">
                {row.levels.map((level) => (
                  <Badge key={level}>{level}</Badge>
                ))}
                {row.levels.length > 0 && row.hostAccess && <Badge tone="warn">host access</Badge>}
                {row.levels.length > 0 && row.seeSecrets && <Badge>secrets</Badge>}
              </span>
            ),
          },
          { label: 'By', cell: (row) => <GrantOf grant={row.grant} short /> },
        ]}
      />
    </section>
  );
}
