'use client';
import { useEffect, useState } from 'react';
import { keepChannel } from '#components/live/channel.ts';
import { ask, getSocket } from '#components/live/socket.ts';
import type { EventItem } from '#lib/shared/realtime.ts';

export interface EngineEvents {
  /** The newest first. */
  events: readonly EventItem[];
  /** Older ones were let go. */
  isCut: boolean;
  state: 'opening' | 'live' | 'ended';
  problem?: { message: string; auditId?: string };
}

export const eventsMax = 2000;
const start: EngineEvents = { events: [], isCut: false, state: 'opening' };

/** An engine's events since a time and as they come. The engine itself remembers only the last 256 or so. */
export function useEngineEvents(engine: string, sinceHours: number): EngineEvents {
  const [shown, setShown] = useState(start);
  useEffect(() => {
    const socket = getSocket();
    const open = () => {
      const since = String(Math.floor(Date.now() / 1000) - sinceHours * 3600);
      setShown(start);
      return ask(socket, 'events:open', { engine, since });
    };
    return keepChannel(socket, open, {
      onOpen: () => setShown((before) => ({ ...before, state: 'live', problem: undefined })),
      onItems(items, done) {
        // The server is ours and typed: what it sends on an events channel are events.
        const events = (items as EventItem[]).toReversed();
        setShown((before) => {
          const all = [...events, ...before.events];
          return { ...before, events: all.slice(0, eventsMax), isCut: before.isCut || all.length > eventsMax };
        });
        done();
      },
      onEnd: (end) => setShown((before) => ({ ...before, state: 'ended', problem: end.message ? end : undefined })),
    });
  }, [engine, sinceHours]);
  return shown;
}
