'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { SettingsNav } from './settings-nav.tsx';

/** The settings' own navigation, and one cache of what the console's API said for as long as they are open. */
export function SettingsFrame({ children }: { children: ReactNode }) {
  const [client] = useState(() => new QueryClient());
  return (
    <QueryClientProvider client={client}>
      <div className="flex min-h-full max-lg:flex-col">
        <SettingsNav />
        <div className="min-w-0 flex-1">{children}</div>
      </div>
    </QueryClientProvider>
  );
}
