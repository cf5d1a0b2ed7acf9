'use client';
import { Command } from 'cmdk';
import { ArrowRight, Server } from 'lucide-react';
import { useRouter } from 'next/navigation';
import * as Radix from 'radix-ui/dialog';
import { type ReactNode, useDeferredValue, useEffect, useRef, useState } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useEngines } from '#components/live/inventory-store.ts';
import { paletteSources } from '#components/nouns.ts';
import { enginesFor, useRunner } from '#components/resource/action-runner.tsx';
import { matchesQuery, queryWords } from '#components/resource/list-model.ts';
import type { PaletteHit, PaletteSource } from '#components/resource/palette-source.tsx';
import { useFrame } from './frame-store.ts';
import { useNavPages } from './nav.tsx';
import { settingsGroupsFor } from './settings-pages.ts';

const groupClass =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs [&_[cmdk-group-heading]]:text-ink-faint';
const itemClass =
  'flex min-h-8 cursor-pointer items-center gap-2.5 rounded-md mx-1 px-2 data-[selected=true]:bg-hover max-sm:min-h-10 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-ink-faint';

/** Go to any object of any engine or any page, or do something: "stop web". */
export function Palette() {
  const [text, setText] = useState('');
  const query = useDeferredValue(text);
  const [marked, setMarked] = useState('');
  const list = useRef<HTMLDivElement>(null);
  // cmdk marks the first item as one types, before the deferred hits are there: Enter would then do nothing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new answer
  useEffect(() => {
    setMarked(list.current?.querySelector<HTMLElement>('[cmdk-item]')?.dataset.value ?? '');
  }, [query]);
  const close = () => useFrame.setState({ paletteOpen: false });
  return (
    <Radix.Root open onOpenChange={(paletteOpen) => useFrame.setState({ paletteOpen })}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          aria-describedby={undefined}
          className="animate-rise fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 overflow-hidden rounded-lg border bg-panel shadow-float outline-none max-sm:top-3"
        >
          <Radix.Title className="sr-only">Go to, or do</Radix.Title>
          {/* Ten thousand objects are searched by our own index; cmdk only moves through what was found. */}
          <Command shouldFilter={false} label="Go to, or do" value={marked} onValueChange={setMarked}>
            <Command.Input
              value={text}
              onValueChange={setText}
              placeholder="Name of a container, image, page … or “stop web”"
              className="h-11 w-full border-b bg-transparent px-4 text-base outline-none max-sm:text-[16px]"
            />
            <Command.List ref={list} className="max-h-[min(60vh,460px)] overflow-y-auto pb-1">
              <Command.Empty className="px-4 py-8 text-center text-ink-faint">Nothing is called that.</Command.Empty>
              {paletteSources.map((source) => (
                <SourceGroup key={source.title} source={source} query={query} onDone={close} />
              ))}
              <Places query={query} onDone={close} />
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function SourceGroup({ source, query, onDone }: { source: PaletteSource; query: string; onDone: () => void }) {
  const hits = source.useHits(query);
  const router = useRouter();
  if (hits.length === 0) return null;
  const choose = ({ does }: PaletteHit) => {
    onDone();
    if (does.kind === 'open') router.push(does.href);
    else does.run();
  };
  return (
    <Command.Group heading={source.title} className={groupClass}>
      {hits.map((hit) => (
        <Command.Item
          key={hit.key}
          value={`${source.title} ${hit.key}`}
          onSelect={() => choose(hit)}
          className={itemClass}
        >
          <hit.icon aria-hidden="true" strokeWidth={1.75} />
          <span className="min-w-0 flex-1 truncate">
            {hit.does.kind === 'run' && <span className="text-accent-text">{hit.does.label} </span>}
            {hit.name}
          </span>
          <span className="shrink-0 text-ink-soft text-xs">{hit.state}</span>
          <span className="w-24 shrink-0 truncate text-right text-ink-faint text-xs">{hit.engine}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

interface Place {
  key: string;
  label: string;
  icon: ReactNode;
  go: () => void;
}

function Places({ query, onDone }: { query: string; onDone: () => void }) {
  const router = useRouter();
  const { pages, settings } = useNavPages();
  const engines = useEngines() ?? [];
  const capabilities = useCapabilities();
  const { mayConsole } = capabilities;
  const { runTask } = useRunner();
  const words = queryWords(query);
  const link = (href: string, label: string, icon: ReactNode): Place => ({
    key: href,
    label,
    icon,
    go: () => router.push(href),
  });
  const arrow = <ArrowRight aria-hidden="true" />;
  const tasks = paletteSources.flatMap(({ title, tasks: offered }) =>
    offered
      .filter((task) => enginesFor(task, capabilities).length > 0)
      .map(
        (task): Place => ({
          key: task.id,
          label: `${title}: ${task.label}`,
          icon: <task.icon aria-hidden="true" />,
          go: () => runTask(task, []),
        }),
      ),
  );
  const places = [
    ...pages.map((page) => link(page.to, page.label, <page.icon aria-hidden="true" />)),
    ...engines.map(({ name }) =>
      link(`/engines/${encodeURIComponent(name)}`, `Engine ${name}`, <Server aria-hidden="true" />),
    ),
    link(settings.to, settings.label, <settings.icon aria-hidden="true" />),
    ...settingsGroupsFor(mayConsole)
      .flatMap((group) => group.pages)
      .map(({ href, label }) => link(href, `Settings: ${label}`, arrow)),
    ...tasks,
  ].filter(({ label }) => matchesQuery(label.toLowerCase(), words));
  if (places.length === 0) return null;
  return (
    <Command.Group heading="Pages and tasks" className={groupClass}>
      {places.slice(0, 14).map((place) => (
        <Command.Item
          key={place.key}
          value={`place ${place.key}`}
          className={itemClass}
          onSelect={() => {
            onDone();
            place.go();
          }}
        >
          {place.icon}
          {place.label}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
