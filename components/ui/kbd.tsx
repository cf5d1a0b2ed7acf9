import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export function Kbd({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <kbd
      className={cn(
        'inline-grid h-[18px] min-w-[18px] place-items-center rounded-sm border border-line-strong bg-sunken px-1 font-mono text-2xs text-ink-soft max-sm:hidden',
        className,
      )}
    >
      {children}
    </kbd>
  );
}
