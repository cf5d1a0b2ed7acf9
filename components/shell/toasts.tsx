'use client';
import { useEffect } from 'react';
import { Toaster, toast } from 'sonner';
import { onJobEnd, openTray } from '#components/live/jobs.ts';
import { jobSummary } from './job-look.ts';
import { useResolvedTheme } from './use-theme.ts';

/** How each job ended, in a corner; failures with the engine's own words, and they stay longer. */
export function Toasts() {
  const theme = useResolvedTheme();
  useEffect(
    () =>
      onJobEnd((job) => {
        const action = { label: 'Show', onClick: () => openTray() };
        if (job.state === 'done') {
          const message = job.items.length === 1 ? job.items[0]?.message : undefined;
          toast.success(jobSummary(job), { description: message });
          return;
        }
        const failed = job.items.find(({ state }) => state === 'failed');
        const description = [failed?.message, failed?.auditId && `Audit record ${failed.auditId}`]
          .filter(Boolean)
          .join(' · ');
        if (job.state === 'cancelled') toast.info(`${job.title}: cancelled`, { action });
        else toast.error(jobSummary(job), { description: description || undefined, action, duration: 12_000 });
      }),
    [],
  );
  return (
    <Toaster
      theme={theme}
      position="bottom-right"
      mobileOffset={{ bottom: 68 }}
      toastOptions={{
        style: {
          background: 'var(--panel)',
          color: 'var(--ink)',
          borderColor: 'var(--line-strong)',
          fontSize: 13,
          boxShadow: 'var(--shadow)',
        },
        classNames: { description: 'break-words !text-ink-soft', actionButton: '!bg-accent !text-accent-ink' },
      }}
    />
  );
}
