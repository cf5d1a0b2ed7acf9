'use client';
import { ListChecks } from 'lucide-react';
import { useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { cancelJob, openTray, useJobs } from '#components/live/jobs.ts';
import { Button } from '#components/ui/button.tsx';
import { Sheet } from '#components/ui/dialog.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { toast } from '#components/ui/toast.ts';
import type { Job } from '#lib/shared/realtime.ts';
import { JobItemLine } from './job-item-line.tsx';
import { itemOrder, jobLook } from './job-look.ts';

const shownMax = 8;

/** What runs on the server for this person, and how it ended: it goes on when the tab is closed. */
export function JobsTray() {
  const jobs = useJobs((state) => state.jobs);
  return (
    <Sheet
      open
      onOpenChange={openTray}
      title="Jobs"
      description="They run on the server and go on when this page is closed."
    >
      {jobs.length === 0 && (
        <EmptyState icon={ListChecks} title="No jobs yet">
          What you start, stop, pull or remove shows here with its result.
        </EmptyState>
      )}
      <ul className="-mx-4 -my-3 divide-y">
        {jobs.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </ul>
    </Sheet>
  );
}

function JobCard({ job }: { job: Job }) {
  const [all, setAll] = useState(false);
  const total = job.items.length;
  const ended = job.items.filter(({ state }) => state !== 'waiting' && state !== 'running').length;
  const items = [...job.items].sort((a, b) => itemOrder(a) - itemOrder(b));
  const shown = all ? items : items.slice(0, shownMax);
  return (
    <li className="space-y-1.5 px-4 py-3">
      <div className="flex items-start gap-2">
        <span className="min-w-0 flex-1 break-words font-medium">{job.title}</span>
        <StateDot {...jobLook(job)} className="text-xs" />
        {job.state === 'running' && (
          <Button
            size="sm"
            className="-my-1"
            onClick={() => void cancelJob(job.id).catch((cause: unknown) => toast.error(shownError(cause).message))}
          >
            Cancel
          </Button>
        )}
      </div>
      <div className="flex items-center gap-2 text-ink-faint text-xs">
        {total > 1 && (
          <progress className="sr-only" max={total} value={ended} aria-label={`${ended} of ${total} done`} />
        )}
        {total > 1 && job.state === 'running' && (
          <span aria-hidden="true" className="h-1 flex-1 overflow-hidden rounded-full bg-line">
            <span
              className="block h-full bg-accent transition-[width]"
              style={{ width: `${(ended / total) * 100}%` }}
            />
          </span>
        )}
        {total > 1 && <span>{`${ended} of ${total}`}</span>}
        <RelativeTime at={job.endedAt ?? job.createdAt} className="ml-auto" />
      </div>
      <ul className="space-y-1">
        {shown.map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: labels may repeat, and the order is by state
          <JobItemLine key={`${index} ${item.engine} ${item.label}`} item={item} />
        ))}
      </ul>
      {items.length > shownMax && (
        <Button tone="quiet" size="sm" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${items.length}`}
        </Button>
      )}
    </li>
  );
}
