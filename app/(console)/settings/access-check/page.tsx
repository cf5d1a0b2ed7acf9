import type { Metadata } from 'next';
import { AccessCheckPage } from '#components/settings/access-check/access-check-page.tsx';
import { requireAnyConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Access check' };

export default async function Page() {
  await requireAnyConsole(['console.grants', 'console.audit']);
  return <AccessCheckPage />;
}
