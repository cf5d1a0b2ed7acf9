'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';
import { shownError } from '#components/live/errors.ts';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { type AuditShown, auditRecordSchema } from '../schemas.ts';
import { AuditFilters } from './audit-filters.tsx';
import { type AuditFilter, filterOf, toApiParams, toParams } from './audit-query.ts';
import { AuditRecordSheet } from './audit-record-sheet.tsx';
import { AuditTable } from './audit-table.tsx';

const page = z.object({ rows: z.array(auditRecordSchema), more: z.boolean() });
const pageSize = 100;

/** The trail: who did what, where, with what result; filtered, paged, exported. The filter stands in the URL. */
export function AuditPage() {
  const router = useRouter();
  const path = usePathname();
  const filter = filterOf(new URLSearchParams(useSearchParams().toString()));
  const [open, setOpen] = useState<AuditShown>();
  const params = toApiParams(filter);
  const query = useInfiniteQuery({
    queryKey: ['audit', params.toString()],
    initialPageParam: '',
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async ({ pageParam, signal }) => {
      const all = new URLSearchParams(params);
      all.set('limit', String(pageSize));
      if (pageParam) all.set('before', pageParam);
      return page.parse(await apiFetch('GET', `/api/audit?${all}`, undefined, { signal }));
    },
    getNextPageParam: (last) => (last.more ? last.rows.at(-1)?.id : undefined),
  });
  // Two changes may come before the address shows the first: the second must not undo it.
  const latest = useRef(filter);
  const search = toParams(filter).toString();
  useEffect(() => {
    latest.current = filterOf(new URLSearchParams(search));
  }, [search]);
  const setFilter = (change: Partial<AuditFilter>) => {
    latest.current = { ...latest.current, ...change };
    const next = toParams(latest.current).toString();
    router.replace(next ? `${path}?${next}` : path, { scroll: false });
  };
  const rows = query.data?.pages.flatMap((part) => part.rows) ?? [];
  const exportHref = (format: string) => `/api/audit/export?${new URLSearchParams([['format', format], ...params])}`;
  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <>
            <Button onClick={() => void query.refetch()} busy={query.isRefetching}>
              Refresh
            </Button>
            <a className={buttonClass()} href={exportHref('csv')} download>
              Export CSV
            </a>
            <a className={buttonClass()} href={exportHref('jsonl')} download>
              JSON lines
            </a>
          </>
        }
      />
      <AuditFilters filter={filter} onChange={setFilter} />
      {query.isPending && <p className="py-10 text-center text-ink-faint">Loading …</p>}
      {query.isError && (
        <ErrorState
          title="The trail could not be read"
          error={shownError(query.error)}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        />
      )}
      {query.isSuccess && rows.length === 0 && (
        <EmptyState title="No records">
          Nothing in the trail fits this filter. Reads such as lists and stats are only counted.
        </EmptyState>
      )}
      {rows.length > 0 && <AuditTable rows={rows} onOpen={setOpen} />}
      {query.hasNextPage && (
        <div className="p-4 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older records
          </Button>
        </div>
      )}
      {open && <AuditRecordSheet record={open} onClose={() => setOpen(undefined)} />}
    </>
  );
}
