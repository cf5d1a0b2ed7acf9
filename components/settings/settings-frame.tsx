'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { usePathname } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { settingsPages } from '#components/shell/settings-pages.ts';
import { TabLinks } from '#components/ui/tabs.tsx';

/** The settings' own tabs, and one cache of what the console's API said for as long as they are open. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient());
  const path = usePathname();
  const { mayConsole } = useCapabilities();
  const shown = settingsPages.filter(({ needs }) => !needs || mayConsole(needs));
  return (
    <QueryClientProvider client={client}>
      <TabLinks tabs={shown} current={shown.find(({ href }) => path.startsWith(href))?.href ?? ''} label="Settings" />
      {children}
    </QueryClientProvider>
  );
}
