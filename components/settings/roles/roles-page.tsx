'use client';
import { Plus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { Badge } from '#components/ui/badge.tsx';
import { buttonClass } from '#components/ui/button.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { formatCount } from '#lib/shared/format.ts';
import { useRoles } from '../access-data.ts';
import { PlainTable } from '../plain-table.tsx';

/** Built-in roles and those that people made. */
export function RolesPage() {
  const query = useRoles();
  const router = useRouter();
  const href = (name: string) => `/settings/roles/${encodeURIComponent(name)}`;
  return (
    <>
      <PageHeader
        title="Roles"
        meta={query.data && `${query.data.rows.length}`}
        actions={
          <Link href="/settings/roles/new" className={buttonClass({ tone: 'primary' })}>
            <Plus /> New role
          </Link>
        }
      />
      <div className="space-y-3 px-3 pb-6 sm:px-4">
        <p className="max-w-2xl text-ink-soft">
          A role says what may be done; a grant says by whom and where. The six built-in roles stay as they are:
          duplicate one to make your own.
        </p>
        <PlainTable
          label="Roles"
          query={query}
          rowKey={({ name }) => name}
          empty="No roles."
          onOpen={({ name }) => router.push(href(name))}
          columns={[
            {
              label: 'Role',
              cell: (row) => (
                <span className="flex items-center gap-2">
                  <Link href={href(row.name)} className="font-medium hover:underline">
                    {row.name}
                  </Link>
                  {row.builtIn && <Badge>built in</Badge>}
                </span>
              ),
            },
            {
              label: 'May',
              wide: true,
              cell: (row) => <span className="block py-1.5 text-ink-soft">{row.description}</span>,
            },
            { label: 'Operations', wide: true, cell: (row) => row.operations.length },
            {
              label: 'Also',
              wide: true,
              cell: (row) => (
                <span className="flex flex-wrap gap-1 py-1">
                  {row.hostAccess && <Badge tone="warn">host access</Badge>}
                  {row.seeSecrets && <Badge tone="info">sees secrets</Badge>}
                </span>
              ),
            },
            {
              label: 'Used by',
              className: 'whitespace-nowrap',
              cell: (row) =>
                row.grants === 0 ? <span className="text-ink-faint">–</span> : formatCount(row.grants, 'grant'),
            },
          ]}
        />
      </div>
    </>
  );
}
