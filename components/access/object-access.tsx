'use client';
import Link from 'next/link';
import { shownError } from '#components/live/errors.ts';
import { GrantOf } from '#components/settings/access-check/grant-of.tsx';
import { useApi } from '#components/settings/use-api.ts';
import { Badge } from '#components/ui/badge.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { NothingHere, Section, SmallTable } from '#components/ui/facts.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { type AccessLevel, levelsOfKind, type WhoRow, whoMay } from '#lib/shared/explained.ts';

interface ObjectAccessProps {
  engine: string;
  /** Absent: the engine as a whole. */
  kind?: 'container' | 'image' | 'network' | 'volume';
  /** Its id. */
  object?: string;
  /** Its name, for people. */
  name: string;
}

const heads: Readonly<Record<AccessLevel, string>> = {
  see: 'See',
  operate: 'Operate',
  change: 'Change',
  enter: 'Enter',
};

/** Who may see, operate, change and enter this, each by which grant. */
export function ObjectAccess({ engine, kind, object, name }: ObjectAccessProps) {
  const asked = new URLSearchParams({ engine, ...(kind && object ? { kind, object } : {}) });
  const query = useApi(`/api/access?${asked}`, whoMay);
  if (query.isPending) return <SkeletonRows />;
  if (query.isError) return <ErrorState title="Who may do what could not be read" error={shownError(query.error)} />;
  const levels = levelsOfKind[kind ?? 'engine'];
  const { rows, more } = query.data;
  return (
    <div className="p-3 sm:p-4">
      <Section
        title={`Who may do what with ${name}`}
        count={rows.length}
        action={
          <Link className="text-accent-text text-xs hover:underline" href={`/settings/access-check?${asked}`}>
            Access check
          </Link>
        }
      >
        {rows.length === 0 ? (
          <NothingHere>Nobody. Give a grant that reaches it under Settings, Grants.</NothingHere>
        ) : (
          <SmallTable heads={['Who', ...levels.map((level) => heads[level])]}>
            {rows.map((row) => (
              <tr key={row.subject.id}>
                <td>
                  <Who row={row} />
                </td>
                {levels.map((level, at) => (
                  <td key={level}>
                    <Level row={row} level={level} before={levels[at - 1]} />
                  </td>
                ))}
              </tr>
            ))}
          </SmallTable>
        )}
        {more && <NothingHere>And more, whom this table does not hold.</NothingHere>}
      </Section>
    </div>
  );
}

function Who({ row: { subject, email } }: { row: WhoRow }) {
  // Of a service account the e-mail is its name, and the name what it is for.
  const isService = subject.kind === 'service';
  const folder = isService ? 'service-accounts' : 'users';
  return (
    <Link href={`/settings/${folder}/${subject.id}`} className="block min-w-32 hover:underline">
      <span className="font-medium">{isService ? email : subject.name}</span> {isService && <Badge>service</Badge>}
      {subject.name !== email && (
        <span className="block break-all text-ink-faint text-xs">{isService ? subject.name : email}</span>
      )}
    </Link>
  );
}

/** The grant, with its scope and end unless the level before has just said them. */
function Level({ row, level, before }: { row: WhoRow; level: AccessLevel; before: AccessLevel | undefined }) {
  const grant = row.levels[level];
  if (!grant)
    return (
      <span className="text-ink-faint" title="not allowed">
        –
      </span>
    );
  if (before && row.levels[before]?.id === grant.id) return <Badge>{grant.role}</Badge>;
  return <GrantOf grant={grant} short />;
}
