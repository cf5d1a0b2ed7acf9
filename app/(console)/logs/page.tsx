import type { Metadata } from 'next';
import { LogsPageLoader } from '#components/logs/logs-page-loader.tsx';

export const metadata: Metadata = { title: 'Logs' };

export default function Page() {
  return <LogsPageLoader />;
}
