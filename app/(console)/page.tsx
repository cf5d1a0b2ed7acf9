import type { Metadata } from 'next';
import { FleetPage } from '#components/fleet/fleet-page.tsx';
import { QueryScope } from '#components/live/query-scope.tsx';

export const metadata: Metadata = { title: 'Fleet' };

export default function Page() {
  return (
    <QueryScope>
      <FleetPage />
    </QueryScope>
  );
}
