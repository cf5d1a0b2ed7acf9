import type { Metadata } from 'next';
import { SettingsPage } from '#components/settings/console/settings-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Sessions & passwords' };

export default async function Page() {
  await requireConsole('console.settings');
  return <SettingsPage />;
}
