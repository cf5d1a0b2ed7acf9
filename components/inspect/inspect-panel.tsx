'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import { doorResponse } from '#components/live/door.ts';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';

const JsonTree = dynamic(() => import('./json-tree.tsx').then((module) => module.JsonTree), {
  ssr: false,
  loading: () => <SkeletonRows />,
});

interface InspectPanelProps {
  engine: string;
  /** Engine API path. */
  path: string;
  label: string;
  /** Changes when the object may have changed; then it is read again. */
  version: string;
}

/** What the engine says of an object, whole, as `docker inspect` prints it. */
export function InspectPanel({ engine, path, label, version }: InspectPanelProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['inspect-text', engine, path, version],
    queryFn: async ({ signal }) => (await doorResponse(engine, 'GET', path, undefined, { signal })).text(),
    placeholderData: keepPreviousData,
  });
  if (error && data === undefined)
    return (
      <ErrorState
        title={`${label} could not be read`}
        error={shownError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (data === undefined) return <SkeletonRows />;
  return (
    <div className="flex h-full min-h-[320px] flex-col">
      <JsonTree text={data} label={label} />
    </div>
  );
}
