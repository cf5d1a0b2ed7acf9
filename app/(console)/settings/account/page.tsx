import type { Metadata } from 'next';
import { AccountPage } from '#components/settings/account/account-page.tsx';
import { requirePrincipal } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Account' };

export default async function Page() {
  const { email, name } = await requirePrincipal();
  return <AccountPage email={email} name={name} />;
}
