'use client';
import { z } from 'zod';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { sessionSchema } from '../schemas.ts';
import { Section } from '../section.tsx';
import { orToast, useApi, useApiChange } from '../use-api.ts';
import { describeUserAgent } from './user-agent.ts';

const schema = z.object({ rows: z.array(sessionSchema), current: z.string().optional() });

export function SessionsSection() {
  const query = useApi('/api/sessions', schema);
  const change = useApiChange(['/api/sessions']);
  const end = (id: string) => void orToast(change({ method: 'DELETE', path: `/api/sessions/${id}` }), 'Session ended.');
  return (
    <Section title="Sessions" intro="Where you are signed in. Ending one closes its pages, logs and terminals at once.">
      <PlainTable
        label="Sessions"
        query={query}
        rowKey={({ id }) => id}
        empty="No sessions."
        columns={[
          {
            label: 'Browser',
            cell: (row) => (
              <span className="inline-flex items-center gap-2" title={row.userAgent}>
                {describeUserAgent(row.userAgent)}
                {row.id === query.data?.current && <Badge tone="accent">this one</Badge>}
              </span>
            ),
          },
          { label: 'Address', cell: (row) => <code className="font-mono text-xs">{row.address}</code>, wide: true },
          { label: 'Last seen', cell: (row) => <RelativeTime at={row.lastSeenAt} /> },
          { label: 'Signed in', cell: (row) => <RelativeTime at={row.createdAt} />, wide: true },
          {
            label: '',
            className: 'text-right',
            cell: (row) =>
              row.id !== query.data?.current && (
                <Button size="sm" onClick={() => end(row.id)}>
                  End
                </Button>
              ),
          },
        ]}
      />
    </Section>
  );
}
