'use client';
import Link from 'next/link';
import { usePathname, useSearchParams } from 'next/navigation';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { cn } from '#components/ui/cn.ts';
import { isCurrent, type NavPage, navPages, settingsPage } from './pages.ts';

/** The pages this person may see, with the engine filter kept from list to list. */
export function useNavPages(): {
  pages: (NavPage & { to: string; current: boolean })[];
  settings: NavPage & { to: string; current: boolean };
} {
  const pathname = usePathname();
  const engine = useSearchParams().get('engine');
  const { mayAnywhere, engines } = useCapabilities();
  const place = (page: NavPage) => ({
    ...page,
    to: page.list && engine ? `${page.href}?engine=${encodeURIComponent(engine)}` : page.href,
    current: isCurrent(page, pathname),
  });
  // Without any engine the pages stay: they say what to do next.
  const pages = navPages.filter(({ needs }) => !needs || engines.length === 0 || mayAnywhere(needs));
  return { pages: pages.map(place), settings: place(settingsPage) };
}

/** The column of pages on a desktop. */
export function SideNav() {
  const { pages, settings } = useNavPages();
  return (
    <nav aria-label="Pages" className="flex flex-1 flex-col gap-px overflow-y-auto px-2 py-1">
      {pages.map((page) => (
        <SideLink key={page.href} page={page} />
      ))}
      <div className="mt-auto" />
      <SideLink page={settings} />
    </nav>
  );
}

function SideLink({ page }: { page: NavPage & { to: string; current: boolean } }) {
  return (
    <Link
      href={page.to}
      aria-current={page.current ? 'page' : undefined}
      className={cn(
        'relative flex h-8 items-center gap-2.5 rounded-md px-2.5 text-ink-soft hover:bg-hover hover:text-ink',
        page.current && 'bg-hover font-medium text-ink',
      )}
    >
      {page.current && (
        <span aria-hidden="true" className="absolute inset-y-2 -left-2 w-[3px] rounded-r-sm bg-accent" />
      )}
      <page.icon
        aria-hidden="true"
        className={cn('size-4', page.current ? 'text-accent-text' : 'text-ink-faint')}
        strokeWidth={1.75}
      />
      {page.label}
    </Link>
  );
}
