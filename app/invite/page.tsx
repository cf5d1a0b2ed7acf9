import type { Metadata } from 'next';
import { EntryFrame } from '#components/sign-in/entry-frame.tsx';
import { UseLink } from '#components/sign-in/use-link.tsx';

export const metadata: Metadata = { title: 'Join Pilothouse', referrer: 'no-referrer' };

export default function Page() {
  return (
    <EntryFrame title="Join Pilothouse">
      <UseLink kind="invite" />
    </EntryFrame>
  );
}
