'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Lock } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { shownError } from '#components/live/errors.ts';
import { AuditRecordSheet } from '#components/settings/audit/audit-record-sheet.tsx';
import { AuditTable } from '#components/settings/audit/audit-table.tsx';
import { type AuditShown, auditRecordSchema } from '#components/settings/schemas.ts';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';

const page = z.object({ rows: z.array(auditRecordSchema), more: z.boolean() });

interface HistoryProps {
  engine: string;
  /** Its id; absent: the engine itself, with all that happened on it. */
  object?: string;
  /** Its name: what happened to it before it was made anew under the same name counts too. */
  name?: string;
}

/** What was done to this object, by whom, with what result; newest first. */
export function ObjectHistory({ engine, object, name }: HistoryProps) {
  const { mayConsole } = useCapabilities();
  const may = mayConsole('console.audit');
  const [open, setOpen] = useState<AuditShown>();
  const query = useInfiniteQuery({
    queryKey: ['audit', engine, object, name],
    initialPageParam: '',
    enabled: may,
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ engine, limit: '50' });
      if (object) asked.set('target', object);
      if (object && name) asked.set('alias', name);
      if (pageParam) asked.set('before', pageParam);
      return page.parse(await apiFetch('GET', `/api/audit?${asked}`, undefined, { signal }));
    },
    getNextPageParam: (last) => (last.more ? last.rows.at(-1)?.id : undefined),
  });
  if (!may)
    return (
      <EmptyState icon={Lock} title="Not for your role">
        Your role does not allow console.audit. An administrator can give you one that does.
      </EmptyState>
    );
  if (query.isPending) return <SkeletonRows />;
  if (query.isError)
    return (
      <ErrorState
        title="The history could not be read"
        error={shownError(query.error)}
        action={<Button onClick={() => void query.refetch()}>Try again</Button>}
      />
    );
  const rows = query.data.pages.flatMap((part) => part.rows);
  return (
    <div className="pb-4">
      <div className="flex items-center gap-3 px-3 py-2 sm:px-4">
        <p className="min-w-0 flex-1 text-ink-soft">
          What was done here through Pilothouse. Lists, stats and other plain reads are only counted.
        </p>
        <Button size="sm" busy={query.isRefetching} onClick={() => void query.refetch()}>
          Refresh
        </Button>
        <Link
          className="text-accent-text hover:underline"
          href={`/settings/audit?engine=${encodeURIComponent(engine)}`}
        >
          Whole trail
        </Link>
      </div>
      {rows.length === 0 ? (
        <EmptyState title="Nothing yet">No change, denial or sensitive read of it is in the trail.</EmptyState>
      ) : (
        <AuditTable rows={rows} onOpen={setOpen} />
      )}
      {query.hasNextPage && (
        <div className="p-4 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older records
          </Button>
        </div>
      )}
      {open && <AuditRecordSheet record={open} onClose={() => setOpen(undefined)} />}
    </div>
  );
}
