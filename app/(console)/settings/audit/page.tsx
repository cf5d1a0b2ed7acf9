import type { Metadata } from 'next';
import { AuditPage } from '#components/settings/audit/audit-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Audit' };

export default async function Page() {
  await requireConsole('console.audit');
  return <AuditPage />;
}
