'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { TabLinks } from '#components/ui/tabs.tsx';
import type { ConsoleOperation } from '#lib/shared/operations.ts';

const tabs: { href: string; label: string; needs?: ConsoleOperation }[] = [
  { href: '/settings/account', label: 'Account' },
  { href: '/settings/cli', label: 'Connect your CLI' },
  { href: '/settings/engines', label: 'Engines', needs: 'console.engines' },
  { href: '/settings/users', label: 'Users', needs: 'console.users' },
  { href: '/settings/registries', label: 'Registries', needs: 'console.registries' },
  { href: '/settings/audit', label: 'Audit', needs: 'console.audit' },
];

/** The settings' own tabs, and one cache of what the console's API said for as long as they are open. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient());
  const path = usePathname();
  const { mayConsole } = useCapabilities();
  const shown = tabs.filter(({ needs }) => !needs || mayConsole(needs));
  return (
    <QueryClientProvider client={client}>
      <TabLinks tabs={shown} current={shown.find(({ href }) => path.startsWith(href))?.href ?? ''} label="Settings" />
      {children}
    </QueryClientProvider>
  );
}
