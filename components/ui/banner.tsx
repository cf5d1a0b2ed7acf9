import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

const tones = {
  info: { className: 'bg-info-bg text-info', icon: Info },
  warn: { className: 'bg-warn-bg text-warn', icon: TriangleAlert },
  bad: { className: 'bg-bad-bg text-bad', icon: CircleAlert },
} as const;

/** One line across the page for what concerns all of it. */
export function Banner({
  tone,
  children,
  action,
}: {
  tone: keyof typeof tones;
  children: ReactNode;
  action?: ReactNode;
}) {
  const { className, icon: Icon } = tones[tone];
  return (
    <div role="status" className={cn('flex min-h-8 items-start gap-2 px-3 py-1.5 text-sm sm:px-4', className)}>
      <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {action}
    </div>
  );
}
