'use client';
import { UsersRound } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { useGrants, useTeams } from '../access-data.ts';
import { PlainTable } from '../plain-table.tsx';
import { EditTeam } from './edit-team.tsx';

/** The teams: who works together, with the grants that all of them have. */
export function TeamsPage() {
  const query = useTeams();
  const grants = useGrants().data?.rows;
  const router = useRouter();
  const [creating, setCreating] = useState(false);
  const grantsOf = (id: string) =>
    grants?.filter((each) => each.subjectKind === 'team' && each.subjectId === id).length;
  const create = (
    <Button tone="primary" onClick={() => setCreating(true)}>
      <UsersRound /> New team
    </Button>
  );
  return (
    <>
      <PageHeader title="Teams" meta={query.data && `${query.data.rows.length}`} actions={create} />
      <div className="px-3 pb-6 sm:px-4">
        <PlainTable
          label="Teams"
          query={query}
          rowKey={({ id }) => id}
          empty="No teams yet. Make one for each group of people who work on the same things, and give the grants to it: whoever joins has them, whoever leaves loses them."
          onOpen={(row) => router.push(`/settings/teams/${row.id}`)}
          columns={[
            {
              label: 'Team',
              cell: (row) => (
                <Link href={`/settings/teams/${row.id}`} className="block py-1 font-medium hover:underline">
                  {row.name}
                </Link>
              ),
            },
            { label: 'For', wide: true, cell: (row) => <span className="text-ink-soft">{row.description}</span> },
            { label: 'Members', cell: (row) => row.members },
            {
              label: 'Grants',
              cell: (row) => {
                const count = grantsOf(row.id);
                return count === 0 ? <span className="text-ink-faint">none: may do nothing</span> : count;
              },
            },
          ]}
        />
      </div>
      {creating && (
        <EditTeam
          onClose={(createdId) => {
            setCreating(false);
            if (createdId) router.push(`/settings/teams/${createdId}`);
          }}
        />
      )}
    </>
  );
}
