import Link from 'next/link';
import { Badge } from '#components/ui/badge.tsx';

/** The teams that somebody is in, each a way to its page. */
export function TeamLinks({ teams }: { teams: readonly { id: string; name: string }[] }) {
  if (teams.length === 0) return <span className="text-ink-faint">–</span>;
  return (
    <span className="flex flex-wrap gap-1 py-1">
      {teams.map(({ id, name }) => (
        <Link key={id} href={`/settings/teams/${id}`} onClick={(event) => event.stopPropagation()}>
          <Badge className="hover:underline">{name}</Badge>
        </Link>
      ))}
    </span>
  );
}
