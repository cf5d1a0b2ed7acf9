import { onJobEnd, openTray } from '#components/live/jobs.ts';
import { toast } from '#components/ui/toast.ts';
import { jobSummary } from './job-look.ts';

/** How each job ended, in a corner; failures with the engine's own words, and they stay longer. */
export function startJobToasts(): () => void {
  return onJobEnd((job) => {
    const action = { label: 'Show', onClick: () => openTray() };
    if (job.state === 'done') {
      const message = job.items.length === 1 ? job.items[0]?.message : undefined;
      toast.success(jobSummary(job), { description: message });
      return;
    }
    if (job.state === 'cancelled') return toast.info(`${job.title}: cancelled`, { action });
    const failed = job.items.find(({ state }) => state === 'failed');
    const description = [failed?.message, failed?.auditId && `Audit record ${failed.auditId}`]
      .filter(Boolean)
      .join(' · ');
    toast.error(jobSummary(job), { description: description || undefined, action, duration: 12_000 });
  });
}
