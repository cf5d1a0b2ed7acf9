import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EntryFrame } from '#components/sign-in/entry-frame.tsx';
import { SetupForm } from '#components/sign-in/setup-form.tsx';
import { getRuntime } from '#lib/runtime.ts';

export const metadata: Metadata = { title: 'Set up' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  // Whether the secret is right is told only after the form was sent, in constant time.
  if (getRuntime().identity.setupSecret() === undefined) redirect('/sign-in');
  const { secret } = await searchParams;
  return (
    <EntryFrame title="Make the first administrator">
      {typeof secret === 'string' && secret ? (
        <SetupForm secret={secret} />
      ) : (
        <p className="text-ink-soft">
          The console has no administrator yet. It printed a link when it started, one that works once: open that one.
          It is made so that no stranger can be first.
        </p>
      )}
    </EntryFrame>
  );
}
