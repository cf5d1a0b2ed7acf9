'use client';
import { useInfiniteQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { apiFetch } from '#components/live/api.ts';
import { shownError } from '#components/live/errors.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Input } from '#components/ui/input.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { clockOf, listSchema, type RecordingShown, titleOf } from './recording-data.ts';
import { RecordingHits } from './recording-hits.tsx';

const RecordingPlayer = dynamic(() => import('./recording-player.tsx').then((m) => m.RecordingPlayer), { ssr: false });

/** Recorded terminals: found, played, watched while they run, ended. `?play=` names the one that is open. */
export function RecordingsPage() {
  const router = useRouter();
  const path = usePathname();
  const params = useSearchParams();
  const [typed, setTyped] = useState(params.get('text') ?? '');
  const text = params.get('text') ?? '';
  const record = params.get('record') ?? '';
  const show = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams(params.toString());
    for (const [name, value] of Object.entries(change)) value ? next.set(name, value) : next.delete(name);
    router.replace(next.size > 0 ? `${path}?${next}` : path, { scroll: false });
  };
  const play = params.get('play') ?? undefined;
  const open = (id: string, at?: number) => show({ play: id, at: at === undefined ? undefined : String(at) });
  return (
    <>
      <PageHeader title="Recordings" />
      <form
        className="flex gap-2 border-b px-3 pb-3 sm:px-4"
        onSubmit={(event) => {
          event.preventDefault();
          show({ text: typed.trim().length >= 2 ? typed.trim() : undefined });
        }}
      >
        <Input
          type="search"
          aria-label="Search what was typed and shown"
          placeholder="Search what was typed and shown"
          className="max-w-md"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit">Search</Button>
      </form>
      {text ? <RecordingHits text={text} onOpen={open} /> : <RecordingList record={record} onOpen={open} />}
      {play && (
        <RecordingPlayer
          key={play}
          id={play}
          at={Number(params.get('at') ?? '') || undefined}
          onClose={() => show({ play: undefined, at: undefined })}
        />
      )}
    </>
  );
}

function RecordingList({ record, onOpen }: { record: string; onOpen: (id: string) => void }) {
  const query = useInfiniteQuery({
    queryKey: ['/api/recordings', record],
    initialPageParam: '',
    retry: false,
    refetchOnWindowFocus: false,
    queryFn: async ({ pageParam, signal }) => {
      const asked = new URLSearchParams({ ...(pageParam && { before: pageParam }), ...(record && { record }) });
      return listSchema.parse(await apiFetch('GET', `/api/recordings?${asked}`, undefined, { signal }));
    },
    getNextPageParam: (last) => (last.more ? last.rows.at(-1)?.id : undefined),
  });
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  if (query.isPending) return <p className="py-10 text-center text-ink-faint">Loading …</p>;
  if (query.isError)
    return (
      <ErrorState
        title="The recordings could not be read"
        error={shownError(query.error)}
        action={<Button onClick={() => void query.refetch()}>Try again</Button>}
      />
    );
  if (rows.length === 0)
    return (
      <EmptyState title="No recordings">
        Terminals are recorded on the engines that “Retention &amp; sinks” names under Recorded terminals.
      </EmptyState>
    );
  return (
    <>
      <ul className="divide-y border-b">
        {rows.map((row) => (
          <RecordingLine key={row.id} row={row} onOpen={() => onOpen(row.id)} />
        ))}
      </ul>
      {query.hasNextPage && (
        <div className="p-4 text-center">
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show older recordings
          </Button>
        </div>
      )}
    </>
  );
}

function RecordingLine({ row, onOpen }: { row: RecordingShown; onOpen: () => void }) {
  return (
    <li>
      <button
        type="button"
        onClick={onOpen}
        className="flex w-full flex-wrap items-center gap-x-4 gap-y-0.5 px-3 py-2 text-left hover:bg-hover sm:px-4"
      >
        <span className="w-28 text-ink-soft">
          <RelativeTime at={row.at} />
        </span>
        <span className="w-52 truncate">{row.email ?? row.via}</span>
        <span className="min-w-0 flex-1 basis-64 truncate">
          <code className="font-mono text-xs">{row.command.join(' ') || 'attach'}</code>
          <span className="text-ink-soft"> in {row.containerName}</span>
          <span className="text-ink-faint"> on {row.engineName}</span>
        </span>
        <RecordingState row={row} />
      </button>
    </li>
  );
}

export function RecordingState({ row }: { row: RecordingShown }) {
  if (row.state === 'running') return <Badge tone="info">running</Badge>;
  return (
    <span className="flex items-center gap-2" title={`${titleOf(row)} ${row.note ?? ''}`}>
      {row.note && <Badge tone="warn">{row.state === 'lost' ? 'broken off' : 'cut'}</Badge>}
      <span className="text-ink-soft tabular-nums">{clockOf(row.durationMs / 1000)}</span>
    </span>
  );
}
