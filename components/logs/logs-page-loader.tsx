'use client';
import dynamic from 'next/dynamic';
import { SkeletonRows } from '#components/ui/skeleton.tsx';

/** The address is read in the browser alone. */
export const LogsPageLoader = dynamic(() => import('./logs-page.tsx').then((module) => module.LogsPage), {
  ssr: false,
  loading: () => <SkeletonRows />,
});
