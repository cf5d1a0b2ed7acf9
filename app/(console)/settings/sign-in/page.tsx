import type { Metadata } from 'next';
import { SignInPage } from '#components/settings/sign-in/sign-in-page.tsx';
import { publicOrigin, requireConsole } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Providers & factors' };

export default async function Page() {
  await requireConsole('console.settings');
  return <SignInPage origin={await publicOrigin()} />;
}
