import { Badge } from '#components/ui/badge.tsx';
import type { GrantShown } from '../schemas.ts';

/** `developer on every engine`, one badge a grant; without any, what that means. */
export function GrantBadges({
  grants,
  engineNames,
}: {
  grants: readonly GrantShown[];
  engineNames: ReadonlyMap<string, string>;
}) {
  if (grants.length === 0) return <span className="text-ink-faint">nothing: no grant</span>;
  return (
    <span className="flex flex-wrap gap-1 py-1">
      {grants.map((grant) => (
        <Badge key={grant.id} tone={grant.role === 'administrator' ? 'accent' : 'plain'}>
          {grant.role} {describeScope(grant.scope, engineNames)}
        </Badge>
      ))}
    </span>
  );
}

export function describeScope(scope: GrantShown['scope'], engineNames: ReadonlyMap<string, string>): string {
  if (scope.kind === 'all') return 'on every engine';
  if (scope.kind === 'tag') return `on engines tagged ${scope.value}`;
  return `on ${engineNames.get(scope.value) ?? scope.value}`;
}
