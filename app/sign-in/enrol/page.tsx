import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { Enrol } from '#components/sign-in/enrol.tsx';
import { EntryFrame } from '#components/sign-in/entry-frame.tsx';
import { safeNext } from '#components/sign-in/safe-next.ts';
import { findPrincipal, readSignIn } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Add a second factor' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const next = safeNext((await searchParams).next);
  if (await findPrincipal()) redirect(next);
  const { mustEnrol } = await readSignIn();
  if (!mustEnrol) redirect('/sign-in');
  return (
    <EntryFrame title="Add a second factor">
      <Enrol next={next} hasPassword={mustEnrol.hasPassword} />
    </EntryFrame>
  );
}
