'use client';
import dynamic from 'next/dynamic';
import { SkeletonRows } from '#components/ui/skeleton.tsx';

/** The tab of an object's page that tells those who manage grants who may do what with it. */
export const accessTab = { id: 'access', label: 'Access', needsConsole: 'console.grants' } as const;

/** Loaded when it is looked at: few open it. */
export const ObjectAccess = dynamic(() => import('./object-access.tsx').then((m) => m.ObjectAccess), {
  ssr: false,
  loading: () => <SkeletonRows />,
});
