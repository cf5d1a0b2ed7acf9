import { cn } from './cn.ts';

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cn('block h-3 animate-pulse rounded-sm bg-line', className)} />;
}

/** Rows of a list that is on its way. */
export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows have no identity
        <div key={i} className="flex h-8 items-center gap-6 border-b px-4">
          <Skeleton className={i % 3 === 0 ? 'w-44' : i % 3 === 1 ? 'w-32' : 'w-52'} />
          <Skeleton className="w-20" />
          <Skeleton className="w-40 max-sm:hidden" />
        </div>
      ))}
    </div>
  );
}
