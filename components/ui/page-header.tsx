import Link from 'next/link';
import type { ReactNode } from 'react';

export interface Crumb {
  href?: string;
  label: ReactNode;
}

/** The line at the top of each page: where one is, a few words, and what can be done. */
export function PageHeader(props: {
  crumbs?: readonly Crumb[];
  title: ReactNode;
  meta?: ReactNode;
  actions?: ReactNode;
}) {
  const { crumbs = [], title, meta, actions } = props;
  return (
    <header className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 sm:px-4">
      <div className="flex min-w-0 items-baseline gap-1.5">
        {crumbs.map((crumb, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed path
          <span key={index} className="flex items-baseline gap-1.5 whitespace-nowrap text-ink-faint max-sm:hidden">
            {crumb.href ? (
              <Link href={crumb.href} className="hover:text-ink">
                {crumb.label}
              </Link>
            ) : (
              crumb.label
            )}
            <span aria-hidden="true">/</span>
          </span>
        ))}
        <h1 className="min-w-0 truncate font-semibold text-base">{title}</h1>
      </div>
      {meta && <div className="flex min-w-0 flex-wrap items-center gap-2 text-ink-soft">{meta}</div>}
      {actions && <div className="ml-auto flex flex-wrap items-center gap-1.5">{actions}</div>}
    </header>
  );
}
