import type { Metadata } from 'next';
import { RegistriesPage } from '#components/settings/registries/registries-page.tsx';
import { requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Registries' };

export default async function Page() {
  await requireConsole('console.registries');
  return <RegistriesPage />;
}
