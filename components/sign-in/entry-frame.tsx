import type { ReactNode } from 'react';
import { Mark } from '#components/ui/mark.tsx';

/** The page before one is inside. */
export function EntryFrame({ title, notice, children }: { title: string; notice?: string; children: ReactNode }) {
  return (
    <main className="relative grid min-h-dvh place-items-center overflow-hidden px-4 py-10">
      <Mark className="pointer-events-none absolute -right-40 -bottom-40 size-[560px] opacity-[0.07]" />
      <div className="relative w-full max-w-[340px]">
        <div className="mb-6 flex items-center gap-2.5 font-semibold text-lg tracking-tight">
          <Mark className="size-7" />
          Pilothouse
        </div>
        <div className="rounded-lg border bg-panel p-5 shadow-float">
          <h1 className="mb-4 font-semibold text-base">{title}</h1>
          {children}
        </div>
        {notice && <p className="mt-4 whitespace-pre-line break-words text-center text-ink-soft text-sm">{notice}</p>}
      </div>
    </main>
  );
}
