'use client';
import { Plus, ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { describePlace } from '../grants/grant-words.ts';
import { PlainTable } from '../plain-table.tsx';
import { useApiChange } from '../use-api.ts';
import { type PolicyShown, usePolicies } from './policy-data.ts';
import { describeRules } from './rules-draft.ts';

/** The create policies: what may be made and changed, above all roles. */
export function PoliciesPage() {
  const query = usePolicies();
  const router = useRouter();
  const { mayConsole } = useCapabilities();
  const mayChange = mayConsole('console.settings');
  const change = useApiChange(['/api/policies']);
  const [removing, setRemoving] = useState<PolicyShown>();
  const add = mayChange && (
    <Link href="/settings/policies/new" className={buttonClass({ tone: 'primary' })}>
      <Plus /> New policy
    </Link>
  );
  return (
    <>
      <PageHeader title="Policies" meta={query.data && `${query.data.rows.length}`} actions={add} />
      {query.data?.rows.length === 0 ? (
        <EmptyState icon={ShieldCheck} title="No policies yet" action={add}>
          A policy says what may be made on some engines, whoever makes it: which host paths, images and ports, whether
          privileged, with which limits and labels. Roles say who may do something; a policy holds everybody,
          administrators too.
        </EmptyState>
      ) : (
        <div className="space-y-3 px-3 pb-6 sm:px-4">
          <p className="max-w-2xl text-ink-soft">
            They hold everybody, administrators too, on every path: pages, the docker command line, compose, services.
            Of several on one engine all must allow.
          </p>
          <PlainTable
            label="Policies"
            query={query}
            rowKey={({ id }) => id}
            empty=""
            onOpen={mayChange ? (row) => router.push(`/settings/policies/${row.id}`) : undefined}
            columns={[
              {
                label: 'Policy',
                cell: (row) => (
                  <span className="block py-1">
                    {mayChange ? (
                      <Link href={`/settings/policies/${row.id}`} className="font-medium hover:underline">
                        {row.name}
                      </Link>
                    ) : (
                      <span className="font-medium">{row.name}</span>
                    )}{' '}
                    {!row.enabled && <Badge tone="warn">off</Badge>}
                    <span className="block text-ink-faint text-xs">{row.description}</span>
                  </span>
                ),
              },
              { label: 'Where', cell: (row) => describePlace(row.scope, row.engineName) },
              {
                label: 'Rules',
                wide: true,
                cell: (row) => (
                  <span className="flex flex-wrap gap-1 py-1.5">
                    {describeRules(row.rules).map((words) => (
                      <Badge key={words}>{words}</Badge>
                    ))}
                    {describeRules(row.rules).length === 0 && <span className="text-ink-faint">none yet</span>}
                  </span>
                ),
              },
              ...(mayChange
                ? [
                    {
                      label: '',
                      className: 'text-right',
                      cell: (row: PolicyShown) => (
                        <Button
                          size="sm"
                          tone="quiet"
                          onClick={(event) => {
                            event.stopPropagation();
                            setRemoving(row);
                          }}
                        >
                          Remove
                        </Button>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </div>
      )}
      {removing && (
        <ConfirmDialog
          open
          danger
          onOpenChange={() => setRemoving(undefined)}
          title={`Remove the policy ${removing.name}?`}
          confirmLabel="Remove"
          onConfirm={async () => {
            await change({ method: 'DELETE', path: `/api/policies/${removing.id}` });
          }}
        >
          What it refused is for the roles alone to allow from now on. What is there already stays as it is.
        </ConfirmDialog>
      )}
    </>
  );
}
