'use client';
import type { ReactNode } from 'react';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { CommandLine } from '#components/ui/command-line.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';

interface OneTimeLinkProps {
  title: string;
  /** What to do with it. */
  children: ReactNode;
  /** The link, or a token. */
  text: string;
  expiresAt?: number;
  onClose: () => void;
}

/** What the console tells this once: a link or a token, to copy. */
export function OneTimeLink({ title, children, text, expiresAt, onClose }: OneTimeLinkProps) {
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={title}
      footer={
        <Button tone="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <div className="space-y-3">
        <Banner tone="warn">Copy it now: it is shown this once and stored only as a hash.</Banner>
        <CommandLine command={text} />
        <p className="text-ink-soft">{children}</p>
        {expiresAt !== undefined && (
          <p className="text-ink-faint text-xs">
            It works once, and no longer after <RelativeTime at={expiresAt} />.
          </p>
        )}
      </div>
    </Dialog>
  );
}
