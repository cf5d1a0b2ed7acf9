'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import Link from 'next/link';
import { useDeferredValue, useId, useMemo, useRef, useState } from 'react';
import { Banner } from '#components/ui/banner.tsx';
import { Checkbox } from '#components/ui/checkbox.tsx';
import { cn } from '#components/ui/cn.ts';
import { Input, Select } from '#components/ui/input.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { StateDot } from '#components/ui/state-dot.tsx';
import { formatCount } from '#lib/shared/format.ts';
import type { EventItem } from '#lib/shared/realtime.ts';
import { eventWords } from './event-words.ts';
import { eventsMax, useEngineEvents } from './use-engine-events.ts';

const pages: Record<string, string> = {
  container: 'containers',
  image: 'images',
  network: 'networks',
  volume: 'volumes',
};
const shapes = { ok: 'solid', warn: 'cross', bad: 'cross', info: 'half', idle: 'ring' } as const;

/** What happened on an engine, the newest first, as it happens. */
export function EngineEvents({ engine }: { engine: string }) {
  const [hours, setHours] = useState(24);
  const [type, setType] = useState('');
  const [withExec, setWithExec] = useState(false);
  const [typed, setTyped] = useState('');
  const filter = useDeferredValue(typed);
  const { events, isCut, state, problem } = useEngineEvents(engine, hours);
  const types = useMemo(() => [...new Set(events.map((event) => event.type))].sort(), [events]);
  const found = useMemo(() => {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return events.filter((event) => {
      if (type !== '' && event.type !== type) return false;
      if (!withExec && event.action.startsWith('exec_')) return false;
      const text = `${event.name} ${event.action} ${event.actorId} ${eventWords(event).text}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [events, type, filter, withExec]);
  const execId = useId();
  const hiddenExecs = withExec ? 0 : events.filter(({ action }) => action.startsWith('exec_')).length;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 30,
    overscan: 15,
  });
  const items = virtual.getVirtualItems();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {problem && state === 'ended' && <Banner tone="warn">{problem.message}</Banner>}
      <div className="flex flex-wrap items-center gap-2 border-b bg-panel px-3 py-1.5">
        <Input
          aria-label="Filter the events"
          placeholder="Filter by name or what happened"
          className="h-7 max-w-xs text-xs"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Select
          aria-label="Kind"
          className="h-7 w-32 text-xs"
          value={type}
          onChange={(event) => setType(event.target.value)}
        >
          <option value="">All kinds</option>
          {types.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </Select>
        <Select
          aria-label="Since"
          className="h-7 w-36 text-xs"
          value={hours}
          onChange={(event) => setHours(Number(event.target.value))}
        >
          <option value={1}>Last hour</option>
          <option value={24}>Last day</option>
          <option value={168}>Last week</option>
        </Select>
        <label htmlFor={execId} className="flex items-center gap-1.5 text-ink-soft text-xs">
          <Checkbox id={execId} checked={withExec} onChange={(event) => setWithExec(event.target.checked)} />
          Exec, health checks too
        </label>
        <span role="status" className="ml-auto text-ink-faint text-xs">
          {state === 'opening' ? 'Reading…' : formatCount(found.length, 'event')}
          {isCut && ` of the last ${eventsMax}`}
        </span>
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
        {state === 'live' && found.length === 0 && (
          <p className="px-3 py-6 text-ink-faint">
            {events.length === 0
              ? 'Nothing happened in that time, as far as the engine remembers.'
              : hiddenExecs === events.length
                ? `Nothing but ${formatCount(events.length, 'exec event')}, which health checks cause too. An engine remembers only its last 256 events.`
                : 'No event has that.'}
          </p>
        )}
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start, size }) => {
            const event = found[index];
            return event && <EventRow key={index} engine={engine} event={event} top={start} height={size} />;
          })}
        </ul>
      </div>
    </div>
  );
}

function EventRow(props: { engine: string; event: EventItem; top: number; height: number }) {
  const { engine, event, top, height } = props;
  const words = eventWords(event);
  const page = pages[event.type];
  const name = event.name || event.actorId.slice(0, 12);
  return (
    <li
      className="absolute inset-x-0 flex items-center gap-3 border-b px-3 hover:bg-hover"
      style={{ transform: `translateY(${top}px)`, height }}
    >
      <RelativeTime at={Date.parse(event.time)} className="w-24 shrink-0 text-ink-faint text-xs max-sm:w-16" short />
      <span className="w-20 shrink-0 truncate text-ink-faint text-xs max-sm:hidden">{event.type}</span>
      <span className="min-w-0 max-w-[40%] shrink truncate font-medium" title={name}>
        {page && event.action !== 'destroy' && event.action !== 'delete' ? (
          <Link
            className="hover:underline"
            prefetch={false}
            href={`/engines/${encodeURIComponent(engine)}/${page}/${encodeURIComponent(event.type === 'image' ? event.actorId : name)}`}
          >
            {name}
          </Link>
        ) : (
          name
        )}
      </span>
      <StateDot shape={shapes[words.tone]} tone={words.tone} word="" hideWord />
      <span className={cn('min-w-0 flex-1 truncate', words.tone === 'bad' && 'text-bad')} title={words.text}>
        {words.text}
      </span>
    </li>
  );
}
