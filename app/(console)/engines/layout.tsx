import type { ReactNode } from 'react';
import { QueryScope } from '#components/live/query-scope.tsx';

export default function EnginesLayout({ children }: { children: ReactNode }) {
  return <QueryScope>{children}</QueryScope>;
}
