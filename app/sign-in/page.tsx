import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { EntryFrame } from '#components/sign-in/entry-frame.tsx';
import { safeNext } from '#components/sign-in/safe-next.ts';
import { SecondStepForm } from '#components/sign-in/second-step.tsx';
import { SignInForm } from '#components/sign-in/sign-in-form.tsx';
import { signInWords } from '#components/sign-in/sign-in-words.ts';
import { findPrincipal, readSignIn } from '#lib/docker/page-session.ts';
import { getRuntime } from '#lib/runtime.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { next: asked, step, error, restart } = await searchParams;
  const next = safeNext(asked);
  if (await findPrincipal()) redirect(next);
  const { identity } = getRuntime();
  if (identity.setupSecret() !== undefined) redirect('/setup');
  const { second, mustEnrol, providers, providersAt } = await readSignIn();
  if (mustEnrol && !restart && !error) redirect(`/sign-in/enrol?next=${encodeURIComponent(next)}`);
  const notice = identity.settings.get().banner;
  if (step === '2' && second) {
    return (
      <EntryFrame title="Second step" notice={notice}>
        <SecondStepForm next={next} email={second.email} step={second.step} />
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title="Sign in" notice={notice}>
      <SignInForm next={next} providers={providers} providersAt={providersAt} problem={signInWords(error)} />
    </EntryFrame>
  );
}
