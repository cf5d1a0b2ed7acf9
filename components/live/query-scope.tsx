'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

let shared: QueryClient | undefined;

/** What was asked before a grant changed may tell what is out of sight now. */
export function forgetAnswers(): void {
  shared?.removeQueries({ type: 'inactive' });
  void shared?.resetQueries({ type: 'active' });
}

function makeClient(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { retry: 1, refetchOnWindowFocus: false, refetchOnReconnect: false } },
  });
}

/**
 * Around pages that ask (an inspect, disk use); lists are told and need none of it. One cache in the browser, so that
 * what was asked is still known on the way back; one per request on the server, so that nobody sees another's.
 */
export function QueryScope({ children }: { children: ReactNode }) {
  const [client] = useState(() => {
    if (typeof window === 'undefined') return makeClient();
    shared ??= makeClient();
    return shared;
  });
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
