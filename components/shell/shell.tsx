'use client';
import { type ReactNode, useEffect, useState } from 'react';
import { type Account, AccountProvider } from '#components/live/account.tsx';
import { setCapabilities } from '#components/live/capabilities-store.ts';
import { setEngines, useInventory } from '#components/live/inventory-store.ts';
import { startLive } from '#components/live/live-connection.ts';
import { ActionRunner } from '#components/resource/action-runner.tsx';
import { TooltipProvider } from '#components/ui/tooltip.tsx';
import type { Capabilities } from '#lib/shared/access.ts';
import type { EngineStatus } from '#lib/shared/inventory.ts';
import { Frame } from './frame.tsx';
import { useFrame } from './frame-store.ts';

export interface ShellData {
  account: Account;
  capabilities: Capabilities;
  engines: EngineStatus[];
  /** What an administrator wants everybody to read; '': nothing. */
  notice: string;
}

/** Everything around the pages of somebody who is signed in: the stores, the connection, the frame. */
export function Shell({ data, children }: { data: ShellData; children: ReactNode }) {
  // What the server rendered is the start; from then on the connection tells.
  useState(() => {
    if (typeof window === 'undefined' || useInventory.getState().engines) return;
    setCapabilities(data.capabilities);
    setEngines(data.engines);
  });
  useEffect(() => startLive((message) => useFrame.setState({ ended: message })), []);
  return (
    <AccountProvider account={data.account}>
      <TooltipProvider>
        <ActionRunner>
          <Frame notice={data.notice}>{children}</Frame>
        </ActionRunner>
      </TooltipProvider>
    </AccountProvider>
  );
}
