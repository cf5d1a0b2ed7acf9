import type { Metadata } from 'next';
import { PolicyPage } from '#components/settings/policies/policy-editor.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Policy' };

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  await requireConsole('console.settings');
  return <PolicyPage id={(await params).id} />;
}
