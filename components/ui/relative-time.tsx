'use client';
import { formatDuration, formatExact, formatRelative } from '#lib/shared/format.ts';
import { useTimed } from './clock.ts';

/** `4 min ago`, with the exact time on hover. `at` in ms since 1970; undefined: `–`. */
export function RelativeTime({
  at,
  className,
  short,
}: {
  at: number | undefined;
  className?: string;
  short?: boolean;
}) {
  const text = useTimed(
    (now) => (at === undefined ? '–' : short ? formatDuration(now - at) : formatRelative(at, now)),
    '',
  );
  if (at === undefined || !Number.isFinite(at)) return <span className={className}>–</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)} className={className} suppressHydrationWarning>
      {text}
    </time>
  );
}
