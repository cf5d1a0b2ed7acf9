'use client';
import { Button } from '#components/ui/button.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { describeUserAgent } from '../account/user-agent.ts';
import { PlainTable } from '../plain-table.tsx';
import { rowsOf, sessionSchema } from '../schemas.ts';
import { Section } from '../section.tsx';
import { orToast, useApi, useApiChange } from '../use-api.ts';

const sessions = rowsOf(sessionSchema);

/** Where a person is signed in, and how to end all of it. */
export function UserSessions({ userId }: { userId: string }) {
  const query = useApi(`/api/users/${userId}/sessions`, sessions);
  const change = useApiChange([`/api/users/${userId}/sessions`]);
  const endAll = () =>
    void orToast(
      change({ method: 'DELETE', path: `/api/users/${userId}/sessions` }),
      'Signed out everywhere; what was open has ended.',
    );
  return (
    <Section
      title="Sessions"
      intro="Ending them closes their pages, logs and terminals at once."
      actions={query.data && query.data.rows.length > 0 && <Button onClick={endAll}>Sign out everywhere</Button>}
    >
      <PlainTable
        label="Sessions"
        query={query}
        rowKey={({ id }) => id}
        empty="Not signed in anywhere."
        columns={[
          { label: 'Browser', cell: (row) => <span title={row.userAgent}>{describeUserAgent(row.userAgent)}</span> },
          { label: 'Address', cell: (row) => <code className="font-mono text-xs">{row.address}</code> },
          { label: 'Last seen', cell: (row) => <RelativeTime at={row.lastSeenAt} /> },
          { label: 'Signed in', wide: true, cell: (row) => <RelativeTime at={row.createdAt} /> },
        ]}
      />
    </Section>
  );
}
