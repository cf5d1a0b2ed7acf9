'use client';
import { useEffect, useState } from 'react';
import { keepChannel } from '#components/live/channel.ts';
import { ask, getSocket } from '#components/live/socket.ts';
import type { StatsItem } from '#lib/shared/realtime.ts';
import { addSample, emptyHistory, type StatsHistory } from './stats-history.ts';

export interface ContainerStats {
  history: StatsHistory;
  state: 'opening' | 'live' | 'ended';
  problem?: { message: string; auditId?: string };
}

/** A container's samples as they come, for as long as this is mounted and `active`. */
export function useContainerStats(engine: string, container: string, active: boolean): ContainerStats {
  const [stats, setStats] = useState<ContainerStats>({ history: emptyHistory, state: 'opening' });
  useEffect(() => {
    if (!active) return;
    const socket = getSocket();
    return keepChannel(socket, () => ask(socket, 'stats:open', { engine, container }), {
      onOpen: () => setStats((before) => ({ ...before, state: 'live', problem: undefined })),
      onItems(items, shown) {
        // The server is ours and typed: what it sends on a stats channel are samples.
        const samples = items as StatsItem[];
        setStats((before) => ({ ...before, history: samples.reduce(addSample, before.history) }));
        shown();
      },
      onEnd: (end) => setStats((before) => ({ ...before, state: 'ended', problem: end.message ? end : undefined })),
    });
  }, [engine, container, active]);
  return stats;
}
