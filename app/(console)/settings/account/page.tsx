import type { Metadata } from 'next';
import { AccountPage } from '#components/settings/account/account-page.tsx';
import { requirePrincipal } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Account' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { email, name } = await requirePrincipal();
  const { error } = await searchParams;
  return <AccountPage email={email} name={name} problem={typeof error === 'string' ? error : undefined} />;
}
