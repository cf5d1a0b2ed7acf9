'use client';
import { ListChecks } from 'lucide-react';
import { openTray, useJobs } from '#components/live/jobs.ts';
import { Spinner } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';

/** Opens the tray; says how much is under way. */
export function JobsButton({ wide }: { wide?: boolean }) {
  const running = useJobs((state) => state.jobs.filter((job) => job.state === 'running').length);
  return (
    <button
      type="button"
      aria-label={running > 0 ? `Jobs: ${running} under way` : 'Jobs'}
      onClick={() => openTray()}
      className={cn(
        'flex items-center gap-2.5 rounded-md text-ink-soft hover:bg-hover hover:text-ink',
        wide ? 'h-8 px-2.5' : 'h-9 px-2',
      )}
    >
      {running > 0 ? (
        <Spinner className="text-accent-text" />
      ) : (
        <ListChecks aria-hidden="true" className="size-4" strokeWidth={1.75} />
      )}
      {wide && <span className="flex-1 text-left">Jobs</span>}
      {running > 0 && <span className="text-accent-text text-xs tabular-nums">{running}</span>}
    </button>
  );
}
