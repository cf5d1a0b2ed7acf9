import { cn } from '#components/ui/cn.ts';

/** How much of something is used: words, and a bar for the eye. `share` 0 to 1; undefined: not known. */
export function Meter({
  label,
  text,
  share,
  title,
}: {
  label: string;
  text: string;
  share: number | undefined;
  title?: string;
}) {
  const percent = share === undefined ? 0 : Math.min(100, Math.max(0, share * 100));
  return (
    <div className="min-w-0" title={title}>
      <div className="flex items-baseline justify-between gap-2 text-xs">
        <span className="text-ink-faint">{label}</span>
        <span className="truncate text-ink-soft tabular-nums">{text}</span>
      </div>
      <div aria-hidden="true" className="mt-1 h-1 overflow-hidden rounded-full bg-line">
        <div
          className={cn('h-full rounded-full', percent > 90 ? 'bg-warn' : 'bg-chart-6')}
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  );
}
