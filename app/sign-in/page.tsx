import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EntryFrame } from '#components/sign-in/entry-frame.tsx';
import { safeNext } from '#components/sign-in/safe-next.ts';
import { SignInForm } from '#components/sign-in/sign-in-form.tsx';
import { findPrincipal } from '#lib/docker/page-session.ts';
import { getRuntime } from '#lib/runtime.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const next = safeNext((await searchParams).next);
  if (await findPrincipal()) redirect(next);
  if (getRuntime().identity.setupSecret() !== undefined) redirect('/setup');
  return (
    <EntryFrame title="Sign in" notice={getRuntime().identity.settings.get().banner}>
      <SignInForm next={next} />
    </EntryFrame>
  );
}
