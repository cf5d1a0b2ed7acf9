'use client';
import { Menu as MenuIcon } from 'lucide-react';
import Link from 'next/link';
import { cn } from '#components/ui/cn.ts';
import { Menu, MenuItem, MenuLine } from '#components/ui/menu.tsx';
import { AccountItems } from './account-menu.tsx';
import { useNavPages } from './nav.tsx';

const barMax = 4;
const cellClass = 'flex flex-1 flex-col items-center justify-center gap-0.5 text-2xs text-ink-soft [&_svg]:size-5';

/** The bar at the bottom of a phone: what is used most, under the thumb; the rest in a menu. */
export function PhoneNav() {
  const { pages, settings } = useNavPages();
  const rest = [...pages.slice(barMax), settings];
  return (
    <nav aria-label="Pages" className="flex h-14 shrink-0 border-t bg-panel pb-[env(safe-area-inset-bottom)] md:hidden">
      {pages.slice(0, barMax).map((page) => (
        <Link
          key={page.href}
          href={page.to}
          aria-current={page.current ? 'page' : undefined}
          className={cn(cellClass, page.current && 'font-medium text-accent-text')}
        >
          <page.icon aria-hidden="true" strokeWidth={1.75} />
          {page.label}
        </Link>
      ))}
      <Menu
        trigger={
          <button type="button" className={cn(cellClass, rest.some(({ current }) => current) && 'text-accent-text')}>
            <MenuIcon aria-hidden="true" strokeWidth={1.75} />
            More
          </button>
        }
      >
        {rest.map((page) => (
          <MenuItem key={page.href} icon={page.icon} href={page.to}>
            {page.label}
          </MenuItem>
        ))}
        <MenuLine />
        <AccountItems />
      </Menu>
    </nav>
  );
}
