import type { Metadata } from 'next';
import { EntryFrame } from '#components/sign-in/entry-frame.tsx';
import { UseLink } from '#components/sign-in/use-link.tsx';

export const metadata: Metadata = { title: 'Set a new password', referrer: 'no-referrer' };

export default function Page() {
  return (
    <EntryFrame title="Set a new password">
      <UseLink kind="reset" />
    </EntryFrame>
  );
}
