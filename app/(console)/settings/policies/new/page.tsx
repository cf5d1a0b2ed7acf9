import type { Metadata } from 'next';
import { PolicyEditor } from '#components/settings/policies/policy-editor.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'New policy' };

export default async function Page() {
  await requireConsole('console.settings');
  return <PolicyEditor />;
}
