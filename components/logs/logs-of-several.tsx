'use client';
import dynamic from 'next/dynamic';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import type { LogSource } from './log-viewer.tsx';

const LogsWithView = dynamic(() => import('./logs-with-view.tsx').then((module) => module.LogsWithView), {
  ssr: false,
  loading: () => <SkeletonRows />,
});

/** One log over several containers, in the order of time. Fills its parent, a flex column. */
export function LogsOfSeveral({ sources }: { sources: readonly LogSource[] }) {
  return <LogsWithView sources={sources} />;
}
