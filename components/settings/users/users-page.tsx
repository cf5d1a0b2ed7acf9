'use client';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { PlainTable } from '../plain-table.tsx';
import { grantSchema, rowsOf, userSchema } from '../schemas.ts';
import { useApi } from '../use-api.ts';
import { CreateUser } from './create-user.tsx';
import { GrantBadges } from './grant-badges.tsx';
import { useEngineNames } from './grant-scope.tsx';
import { UserSheet } from './user-sheet.tsx';

const users = rowsOf(userSchema);
const grants = rowsOf(grantSchema);

/** Who is here and what each may do where. */
export function UsersPage() {
  const query = useApi('/api/users', users);
  const allGrants = useApi('/api/grants', grants);
  const engineNames = useEngineNames();
  const [creating, setCreating] = useState(false);
  const [openId, setOpenId] = useState<string>();
  const open = query.data?.rows.find(({ id }) => id === openId);
  const grantsOf = (id: string) =>
    (allGrants.data?.rows ?? []).filter((grant) => grant.subjectKind === 'user' && grant.subjectId === id);
  return (
    <>
      <PageHeader
        title="Users"
        meta={query.data && `${query.data.rows.length}`}
        actions={
          <Button tone="primary" onClick={() => setCreating(true)}>
            <UserPlus /> New user
          </Button>
        }
      />
      <div className="px-3 pb-4 sm:px-4">
        <PlainTable
          label="Users"
          query={query}
          rowKey={({ id }) => id}
          empty="No users."
          onOpen={(row) => setOpenId(row.id)}
          columns={[
            {
              label: 'Person',
              cell: (row) => (
                <button type="button" className="block min-w-0 text-left" onClick={() => setOpenId(row.id)}>
                  <span className="font-medium">{row.name || row.email}</span>
                  {row.name && <span className="ml-2 text-ink-faint max-sm:block max-sm:ml-0">{row.email}</span>}
                </button>
              ),
            },
            { label: 'May', cell: (row) => <GrantBadges grants={grantsOf(row.id)} engineNames={engineNames} /> },
            {
              label: 'State',
              wide: true,
              cell: (row) => (row.disabled ? <Badge tone="bad">disabled</Badge> : <Badge tone="ok">active</Badge>),
            },
            {
              label: 'Last seen',
              wide: true,
              cell: (row) => (row.lastSeenAt ? <RelativeTime at={row.lastSeenAt} /> : 'never'),
            },
          ]}
        />
      </div>
      {creating && (
        <CreateUser
          onClose={(created) => {
            setCreating(false);
            if (created) setOpenId(created);
          }}
        />
      )}
      {open && <UserSheet key={open.id} user={open} grants={grantsOf(open.id)} onClose={() => setOpenId(undefined)} />}
    </>
  );
}
