'use client';
import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { SkeletonRows } from '#components/ui/skeleton.tsx';

// The address is read in the browser, and none of this is worth rendering on the server.
const LogsWithView = dynamic(() => import('./logs-with-view.tsx').then((module) => module.LogsWithView), {
  ssr: false,
  loading: () => <SkeletonRows />,
});

/** The log of one container. Fills its parent, a flex column. */
export function LogsOfContainer(props: { engine: string; id: string; name: string; runKey: string }) {
  const { engine, id, name, runKey } = props;
  const sources = useMemo(() => [{ engine, container: id, label: name }], [engine, id, name]);
  return <LogsWithView sources={sources} runKey={runKey} />;
}
