import type { Metadata } from 'next';
import { ServiceAccountsPage } from '#components/settings/accounts/service-accounts-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Service accounts' };

export default async function Page() {
  await requireConsole('console.users');
  return <ServiceAccountsPage />;
}
