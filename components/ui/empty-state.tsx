import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Nothing here, and what to do next. */
export function EmptyState(props: { icon?: LucideIcon; title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  const { icon: Icon, title, children, action } = props;
  return (
    <div className="mx-auto flex max-w-md flex-col items-center gap-2 px-6 py-16 text-center">
      {Icon && <Icon aria-hidden="true" className="mb-1 size-6 text-ink-faint" strokeWidth={1.5} />}
      <h2 className="font-semibold text-base">{title}</h2>
      {children && <div className="text-ink-soft">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
