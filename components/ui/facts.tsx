import type { ReactNode } from 'react';
import { cn } from './cn.ts';

/** A titled block of a detail page. */
export function Section(props: {
  title: ReactNode;
  count?: number;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const { title, count, action, children, className } = props;
  return (
    <section className={cn('min-w-0 rounded-lg border bg-panel', className)}>
      <header className="flex min-h-9 items-center gap-2 border-b px-3">
        <h2 className="font-semibold">{title}</h2>
        {count !== undefined && <span className="text-ink-faint text-xs">{count.toLocaleString('en-US')}</span>}
        {action && <div className="ml-auto flex items-center gap-1.5">{action}</div>}
      </header>
      {children}
    </section>
  );
}

/** Names and values in two columns; `Fact`s inside. */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <dl className="grid grid-cols-[minmax(88px,max-content)_minmax(0,1fr)] gap-x-4 gap-y-1 px-3 py-2">{children}</dl>
  );
}

/** One of them; not shown at all when there is nothing to say. */
export function Fact({ label, children, mono }: { label: string; children: ReactNode; mono?: boolean }) {
  if (children === undefined || children === null || children === '' || children === false) return null;
  return (
    <>
      <dt className="text-ink-faint">{label}</dt>
      <dd className={cn('min-w-0 break-words', mono && 'break-all font-mono text-xs leading-[19px]')}>{children}</dd>
    </>
  );
}

/** What stands where a section has nothing. */
export function NothingHere({ children }: { children: ReactNode }) {
  return <p className="px-3 py-3 text-ink-faint">{children}</p>;
}

/** A plain small table: few rows, no virtualisation. Scrolls sideways by itself on a phone. */
export function SmallTable({ heads, children }: { heads: readonly ReactNode[]; children: ReactNode }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left [&_td]:px-3 [&_td]:py-1.5 [&_td]:align-top [&_tr+tr]:border-t">
        <thead>
          <tr className="border-b text-ink-faint text-xs">
            {heads.map((head, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the heads of a table never move
              <th key={i} className="whitespace-nowrap px-3 py-1.5 font-normal">
                {head || <span className="sr-only">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
