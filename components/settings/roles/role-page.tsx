'use client';
import { Copy } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { toast } from '#components/ui/toast.ts';
import { useGrants, useRoles } from '../access-data.ts';
import { GrantList } from '../grants/grant-list.tsx';
import type { RoleShown } from '../schemas.ts';
import { Section } from '../section.tsx';
import { useApiChange } from '../use-api.ts';
import { RoleEditor } from './role-editor.tsx';

/** One role: what it may, who has it, and for one's own the editor. */
export function RolePage({ name }: { name: string }) {
  const query = useRoles();
  const role = query.data?.rows.find((each) => each.name === name);
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Loading …</p>;
  if (query.isError) return <ErrorState title="The roles could not be read" error={shownError(query.error)} />;
  if (!role)
    return (
      <EmptyState
        title={`There is no role “${name}”`}
        action={
          <Link href="/settings/roles" className={buttonClass()}>
            All roles
          </Link>
        }
      />
    );
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/settings/roles', label: 'Roles' }]}
        title={role.name}
        meta={role.builtIn && <Badge>built in</Badge>}
        actions={
          <>
            <Link href={`/settings/roles/new?from=${encodeURIComponent(name)}`} className={buttonClass()}>
              <Copy /> Duplicate
            </Link>
            {!role.builtIn && <RemoveRole role={role} />}
          </>
        }
      />
      <RoleEditor key={role.name} role={role} fixed={role.builtIn} />
      <UsedBy role={role} />
    </>
  );
}

/** A new role, empty or from another. */
export function NewRolePage({ from }: { from: string | undefined }) {
  const query = useRoles();
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Loading …</p>;
  if (query.isError) return <ErrorState title="The roles could not be read" error={shownError(query.error)} />;
  const start = query.data.rows.find(({ name }) => name === from);
  return (
    <>
      <PageHeader
        crumbs={[{ href: '/settings/roles', label: 'Roles' }]}
        title="New role"
        meta={
          <span className="flex flex-wrap items-center gap-1.5">
            start from
            {query.data.rows.map(({ name }) => (
              <Link key={name} href={`/settings/roles/new?from=${encodeURIComponent(name)}`} replace>
                <Badge tone={name === start?.name ? 'accent' : 'plain'} className="hover:underline">
                  {name}
                </Badge>
              </Link>
            ))}
          </span>
        }
      />
      <RoleEditor key={from ?? ''} start={start} />
    </>
  );
}

function RemoveRole({ role }: { role: RoleShown }) {
  const change = useApiChange(['/api/roles']);
  const router = useRouter();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Remove
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        danger
        disabled={role.grants > 0}
        title={`Remove the role ${role.name}?`}
        confirmLabel="Remove role"
        onConfirm={async () => {
          await change({ method: 'DELETE', path: `/api/roles/${encodeURIComponent(role.name)}` });
          toast.success(`The role ${role.name} is gone.`);
          router.push('/settings/roles');
        }}
      >
        {role.grants > 0
          ? 'Grants still name it; they stand below. Take them away or give others first, then the role can go.'
          : 'No grant names it, so nobody loses anything.'}
      </ConfirmDialog>
    </>
  );
}

function UsedBy({ role }: { role: RoleShown }) {
  const grants = useGrants().data?.rows.filter((each) => each.role === role.name);
  if (!grants) return null;
  return (
    <Section title={`Who has it (${grants.length})`}>
      {grants.length === 0 ? (
        <p className="text-ink-soft">
          Nobody yet.{' '}
          <Link href="/settings/grants" className="text-accent-text underline">
            Give a grant
          </Link>{' '}
          with it.
        </p>
      ) : (
        <div className="space-y-2">
          {grants.map((grant) => (
            <GrantList key={grant.id} grants={[grant]} who={grant.subjectName || 'Somebody who is gone'} empty="" />
          ))}
        </div>
      )}
    </Section>
  );
}
