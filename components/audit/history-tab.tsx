'use client';
import dynamic from 'next/dynamic';
import { SkeletonRows } from '#components/ui/skeleton.tsx';

/** On the page of every object, for whoever may read the trail. */
export const historyTab = { id: 'history', label: 'History', needsConsole: 'console.audit' } as const;

/** Loaded when it is looked at: few open it. */
export const ObjectHistory = dynamic(() => import('./object-history.tsx').then((m) => m.ObjectHistory), {
  ssr: false,
  loading: () => <SkeletonRows />,
});
