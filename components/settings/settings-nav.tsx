'use client';
import { ChevronsUpDown } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Fragment } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { settingsGroupsFor } from '#components/shell/settings-pages.ts';
import { cn } from '#components/ui/cn.ts';
import { Menu, MenuItem, MenuLabel } from '#components/ui/menu.tsx';

/** The settings that this person may open: a column on a desk, one menu where there is no room for it. */
export function SettingsNav() {
  const path = usePathname();
  const { mayConsole } = useCapabilities();
  const groups = settingsGroupsFor(mayConsole);
  const isCurrent = (href: string) => path === href || path.startsWith(`${href}/`);
  const current = groups.flatMap(({ pages }) => pages).find(({ href }) => isCurrent(href));
  return (
    <>
      <nav aria-label="Settings" className="w-44 shrink-0 border-r max-lg:hidden">
        <div className="sticky top-0 max-h-dvh overflow-y-auto p-2 pb-6">
          {groups.map(({ label, pages }) => (
            <section key={label} aria-labelledby={`settings-${label}`}>
              <h2 id={`settings-${label}`} className="px-2.5 pt-3 pb-1 text-2xs text-ink-faint">
                {label}
              </h2>
              <ul className="space-y-px">
                {pages.map((page) => (
                  <li key={page.href}>
                    <Link
                      href={page.href}
                      aria-current={isCurrent(page.href) ? 'page' : undefined}
                      className={cn(
                        'flex h-7 items-center rounded-md px-2.5 text-ink-soft hover:bg-hover hover:text-ink',
                        isCurrent(page.href) && 'bg-selected font-medium text-ink',
                      )}
                    >
                      {page.label}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      </nav>
      <nav aria-label="Settings" className="border-b px-3 py-2 sm:px-4 lg:hidden">
        <Menu
          align="start"
          trigger={
            <button
              type="button"
              className="flex h-9 w-full items-center gap-2 rounded-md border border-line-strong bg-panel px-2.5 text-left sm:w-64"
            >
              <span className="text-ink-faint">Settings</span>
              <span className="min-w-0 flex-1 truncate font-medium">{current?.label ?? 'Choose a page'}</span>
              <ChevronsUpDown aria-hidden="true" className="size-3.5 text-ink-faint" />
            </button>
          }
        >
          {groups.map(({ label, pages }) => (
            <Fragment key={label}>
              <MenuLabel>{label}</MenuLabel>
              {pages.map((page) => (
                <MenuItem
                  key={page.href}
                  href={page.href}
                  className={isCurrent(page.href) ? 'bg-selected font-medium' : undefined}
                >
                  {page.label}
                </MenuItem>
              ))}
            </Fragment>
          ))}
        </Menu>
      </nav>
    </>
  );
}
