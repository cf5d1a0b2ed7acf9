'use client';
import { useEffect, useState } from 'react';
import { openChannel } from '#components/live/channel.ts';
import { useInventory } from '#components/live/inventory-store.ts';
import { ask, getSocket } from '#components/live/socket.ts';
import type { EngineStatsItem } from '#lib/shared/realtime.ts';

function isStats(item: unknown): item is EngineStatsItem {
  return typeof item === 'object' && item !== null && 'engine' in item && 'cpuPercent' in item && 'memoryBytes' in item;
}

/** Sums over each engine's running containers, while this is on the screen. Absent: not sampled (yet). */
export function useEngineStats(engines: readonly string[]): ReadonlyMap<string, EngineStatsItem> {
  const [stats, setStats] = useState<ReadonlyMap<string, EngineStatsItem>>(new Map());
  const live = useInventory((state) => state.link === 'live');
  const key = engines.join(',');
  useEffect(() => {
    if (!live || key === '') return;
    const socket = getSocket();
    return openChannel(socket, () => ask(socket, 'engine-stats:open', { engines: key.split(',') }), {
      onItems: (items, shown) => {
        setStats((before) => {
          const next = new Map(before);
          for (const item of items) if (isStats(item)) next.set(item.engine, item);
          return next;
        });
        shown();
      },
      // Figures that nobody refreshes any more are not shown as if they were of now.
      onEnd: () => setStats(new Map()),
    });
  }, [live, key]);
  return stats;
}
