import { cn } from './cn.ts';

/** The mark: a ship's wheel. Decorative; the name stands beside it. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={cn('size-5 text-accent', className)}>
      <g stroke="currentColor" strokeLinecap="round">
        <circle cx="12" cy="12" r="6.25" strokeWidth="2" />
        <path
          d="M12 1.5v7M12 15.5v7M1.5 12h7M15.5 12h7M4.6 4.6l4.9 4.9M14.5 14.5l4.9 4.9M19.4 4.6l-4.9 4.9M9.5 14.5l-4.9 4.9"
          strokeWidth="1.6"
        />
      </g>
      <circle cx="12" cy="12" r="2.4" fill="currentColor" />
    </svg>
  );
}
