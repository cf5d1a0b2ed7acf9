'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { RefreshCw } from 'lucide-react';
import { z } from 'zod';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { doorFetch } from '#components/live/door.ts';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { SmallTable } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import type { ContainerRow } from '#lib/shared/inventory.ts';

const topSchema = z.object({ Titles: z.array(z.string()), Processes: z.array(z.array(z.string())).nullish() });
// `eww` would print environments, so the door lets nobody without the right to secrets choose columns.
const columns = 'pid,ppid,user,pcpu,pmem,stime,time,args';

/** The processes of one container, as the host sees them. Read on request: the engine has no stream of them. */
export function ContainerTop({ row, running }: { row: ContainerRow; running: boolean }) {
  const mayChoose = useCapabilities().seeSecrets(row.engine);
  const top = useQuery({
    queryKey: ['top', row.engine, row.id, row.startedAt, mayChoose],
    enabled: running,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const base = `/containers/${encodeURIComponent(row.id)}/top`;
      const read = (path: string) => doorFetch(row.engine, 'GET', path, undefined, { signal });
      if (!mayChoose) return topSchema.parse(await read(base));
      // Not every ps knows every column: the engine's own choice is good enough then.
      const answer = await read(`${base}?ps_args=${encodeURIComponent(`-eo ${columns}`)}`).catch(() => read(base));
      return topSchema.parse(answer);
    },
  });
  if (!running)
    return <p className="px-6 py-16 text-center text-ink-soft">The container is not running: it has no processes.</p>;
  if (top.error && !top.data)
    return (
      <ErrorState
        title="The processes could not be read"
        error={shownError(top.error)}
        action={<Button onClick={() => void top.refetch()}>Try again</Button>}
      />
    );
  if (!top.data) return <SkeletonRows />;
  const { Titles: titles, Processes: processes } = top.data;
  const wide = titles.length - 1;
  return (
    <div>
      <div className="flex items-center gap-2 px-3 py-2 text-ink-faint text-xs">
        {(processes ?? []).length} processes, read <RelativeTime at={top.dataUpdatedAt} />
        <Button size="sm" className="ml-auto" busy={top.isFetching} onClick={() => void top.refetch()}>
          {!top.isFetching && <RefreshCw />}
          Read again
        </Button>
      </div>
      <SmallTable heads={titles}>
        {(processes ?? []).map((process) => (
          <tr key={process.join(' ')} className="font-mono text-xs hover:bg-hover">
            {process.map((cell, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
              <td key={i} className={i === wide ? 'break-all' : 'whitespace-nowrap'}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </SmallTable>
    </div>
  );
}
