import type { Metadata } from 'next';
import { PoliciesPage } from '#components/settings/policies/policies-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Policies' };

export default async function Page() {
  await requireConsole('console.settings');
  return <PoliciesPage />;
}
