'use client';
import { Eraser } from 'lucide-react';
import { pruneContainers } from '#components/containers/prune-containers.tsx';
import { type DiskPart, useDiskUse } from '#components/fleet/use-disk-use.ts';
import { pruneImages } from '#components/images/image-tasks.tsx';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { shownError } from '#components/live/errors.ts';
import { useRunner } from '#components/resource/action-runner.tsx';
import type { Task } from '#components/resource/descriptor.ts';
import { Button } from '#components/ui/button.tsx';
import { Bytes } from '#components/ui/bytes.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Section, SmallTable } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { pruneVolumes } from '#components/volumes/volume-tasks.tsx';
import { pruneBuildCache } from './prune-build-cache.ts';

const words: Record<DiskPart['kind'], { label: string; task: Task }> = {
  images: { label: 'Images', task: pruneImages },
  containers: { label: 'Containers', task: pruneContainers },
  volumes: { label: 'Volumes', task: pruneVolumes },
  buildCache: { label: 'Build cache', task: pruneBuildCache },
};

/** What an engine keeps on disk and what could go; a prune shows first what it would take. */
export function EngineDisk({ engine }: { engine: string }) {
  const { may } = useCapabilities();
  const { runTask } = useRunner();
  const disk = useDiskUse(engine, true);
  if (disk.error && !disk.data)
    return (
      <ErrorState
        title="The disk use could not be read"
        error={shownError(disk.error)}
        action={<Button onClick={() => void disk.refetch()}>Try again</Button>}
      />
    );
  if (!disk.data) return <SkeletonRows rows={4} />;
  const { parts, total } = disk.data;
  const reclaimable = parts.reduce((sum, part) => sum + part.reclaimableBytes, 0);
  return (
    <div className="grid content-start gap-3 p-3 sm:p-4">
      <Section
        title="Disk use"
        action={
          <span className="text-ink-faint text-xs">
            <Bytes value={total} /> in all, <Bytes value={reclaimable} /> not in use, counted{' '}
            <RelativeTime at={disk.data.countedAt} />
          </span>
        }
      >
        <SmallTable heads={['What', 'Number', 'In use', 'Size', 'Not in use', '']}>
          {parts.map((part) => {
            const { label, task } = words[part.kind];
            return (
              <tr key={part.kind} className="hover:bg-hover">
                <td className="font-medium">{label}</td>
                <td className="tabular-nums">{part.count.toLocaleString('en-US')}</td>
                <td className="tabular-nums">{part.active.toLocaleString('en-US')}</td>
                <td className="w-40 whitespace-nowrap">
                  <Bytes value={part.bytes} />
                  <Bar part={part} total={total} />
                </td>
                <td className="whitespace-nowrap">
                  <Bytes value={part.reclaimableBytes} />
                  {part.bytes > 0 && (
                    <span className="ml-1.5 text-ink-faint">
                      {Math.round((part.reclaimableBytes / part.bytes) * 100)}%
                    </span>
                  )}
                </td>
                <td className="text-right">
                  {may(engine, task.needs) && (
                    <Button size="sm" onClick={() => runTask(task, [engine])}>
                      <Eraser />
                      Prune…
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </SmallTable>
        <p className="border-t px-3 py-1.5 text-ink-faint text-xs">
          The engine walks its whole disk for this, so it is asked at most every five minutes while somebody looks.
        </p>
      </Section>
    </div>
  );
}

function Bar({ part, total }: { part: DiskPart; total: number }) {
  const share = (bytes: number) => `${total > 0 ? (bytes / total) * 100 : 0}%`;
  return (
    <span aria-hidden="true" className="mt-1 flex h-1 overflow-hidden rounded-full bg-line">
      <span className="bg-chart-2" style={{ width: share(part.bytes - part.reclaimableBytes) }} />
      <span className="bg-chart-1" style={{ width: share(part.reclaimableBytes) }} />
    </span>
  );
}
