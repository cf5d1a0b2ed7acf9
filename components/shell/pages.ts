import { Box, Boxes, FileText, HardDrive, Layers, type LucideIcon, Network, Server, Settings } from 'lucide-react';
import type { EngineOperation } from '#lib/shared/operations.ts';

export interface NavPage {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Not there for whoever may nowhere. */
  needs?: EngineOperation;
  /** Takes the engine filter along. */
  list?: boolean;
}

export const navPages: readonly NavPage[] = [
  { href: '/', label: 'Fleet', icon: Server },
  { href: '/containers', label: 'Containers', icon: Box, needs: 'container.list', list: true },
  { href: '/stacks', label: 'Stacks', icon: Boxes, needs: 'container.list', list: true },
  { href: '/logs', label: 'Logs', icon: FileText, needs: 'container.logs' },
  { href: '/images', label: 'Images', icon: Layers, needs: 'image.list', list: true },
  { href: '/networks', label: 'Networks', icon: Network, needs: 'network.list', list: true },
  { href: '/volumes', label: 'Volumes', icon: HardDrive, needs: 'volume.list', list: true },
];

export const settingsPage: NavPage = { href: '/settings', label: 'Settings', icon: Settings };

/** Where an object's own page belongs in the navigation. */
export function isCurrent(page: NavPage, pathname: string): boolean {
  if (page.href === '/') return pathname === '/' || /^\/engines\/[^/]+(\/(events|disk|info))?$/.test(pathname);
  if (pathname === page.href || pathname.startsWith(`${page.href}/`)) return true;
  return pathname.startsWith('/engines/') && pathname.split('/')[3] === page.href.slice(1);
}
