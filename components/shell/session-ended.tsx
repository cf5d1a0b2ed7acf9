'use client';
import { useEffect } from 'react';
import { getSocket } from '#components/live/socket.ts';
import { buttonClass } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';

/** The session is over: says why and leads to the sign-in, which comes back here. */
export function SessionEnded({ message }: { message: string }) {
  useEffect(() => void getSocket().disconnect(), []);
  const signIn = `/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
  return (
    <Dialog
      open
      onOpenChange={() => window.location.assign(signIn)}
      title="Your session is over"
      footer={
        // A whole load, so that nothing of the old session stays.
        <a href={signIn} className={buttonClass({ tone: 'primary' })}>
          Sign in
        </a>
      }
    >
      <p className="text-ink-soft">{message}</p>
    </Dialog>
  );
}
