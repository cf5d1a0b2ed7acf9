'use client';
import { shownError } from '#components/live/errors.ts';
import { ErrorState } from '#components/ui/error-state.tsx';
import { GrantList } from '../grants/grant-list.tsx';
import { accountSchema } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApi } from '../use-api.ts';

/** One's own grants and those of one's teams, in words. */
export function OwnAccess() {
  const query = useApi('/api/account', accountSchema);
  return (
    <Section title="What you may do" intro="Your own grants and those of your teams; they add up.">
      {query.isPending && <p className="py-4 text-center text-ink-faint">Loading …</p>}
      {query.isError && <ErrorState title="Your grants could not be read" error={shownError(query.error)} />}
      {query.isSuccess && (
        <GrantList
          fixed
          sources
          who="You"
          grants={query.data.grants}
          empty="Nothing yet: an administrator can give you a grant, or put you in a team that has one."
        />
      )}
    </Section>
  );
}
