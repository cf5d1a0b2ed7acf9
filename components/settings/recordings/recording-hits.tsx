'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { apiFetch } from '#components/live/api.ts';
import { shownError } from '#components/live/errors.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { clockOf, hitsSchema, titleOf } from './recording-data.ts';

/** Where a text was typed or shown, newest recordings first; each leads into the recording at that moment. */
export function RecordingHits({ text, onOpen }: { text: string; onOpen: (id: string, at: number) => void }) {
  const query = useInfiniteQuery({
    queryKey: ['/api/recordings/search', text],
    initialPageParam: '',
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ text, ...(pageParam && { before: pageParam }) });
      return hitsSchema.parse(await apiFetch('GET', `/api/recordings/search?${asked}`, undefined, { signal }));
    },
    getNextPageParam: (last) => last.before,
  });
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Searching …</p>;
  if (query.isError) return <ErrorState title="The search failed" error={shownError(query.error)} />;
  const hits = query.data.pages.flatMap((page) => page.hits);
  const searched = query.data.pages.reduce((sum, page) => sum + page.searched, 0);
  return (
    <>
      {hits.length === 0 && !query.hasNextPage && (
        <EmptyState title={`“${text}” was neither typed nor shown`}>In {searched} recordings.</EmptyState>
      )}
      <ul className="divide-y border-b">
        {hits.map(({ recording, seconds, where, excerpt }) => (
          <li key={`${recording.id}${seconds}${where}`}>
            <button
              type="button"
              className="w-full px-3 py-2 text-left hover:bg-hover sm:px-4"
              onClick={() => onOpen(recording.id, seconds)}
            >
              <span className="flex flex-wrap items-center gap-x-3">
                <Badge tone={where === 'typed' ? 'info' : 'plain'}>{where}</Badge>
                <span className="tabular-nums">at {clockOf(seconds)}</span>
                <span className="min-w-0 truncate">
                  {recording.email ?? recording.via} · {titleOf(recording)}
                </span>
                <span className="text-ink-faint">
                  <RelativeTime at={recording.at} />
                </span>
              </span>
              <code className="mt-0.5 block truncate font-mono text-ink-soft text-xs">{excerpt}</code>
            </button>
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="p-4 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Search older recordings
          </Button>
        </div>
      )}
    </>
  );
}
