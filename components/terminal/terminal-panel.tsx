'use client';
import { Plus, X } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useCallback, useEffect, useRef, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { ask, openOwnSocket, type RealtimeSocket } from '#components/live/socket.ts';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { AuditId } from '#components/ui/error-state.tsx';
import { toast } from '#components/ui/toast.ts';
import { exitMeaning } from '#lib/shared/exit-meaning.ts';
import type { TerminalInfo } from '#lib/shared/realtime.ts';
import { TerminalLauncher, terminalLabel } from './terminal-launcher.tsx';
import type { TerminalEnd, TerminalStart } from './terminal-screen.tsx';
import { rememberedTerminals, rememberTerminals } from './terminal-store.ts';

// 80 KB of xterm that only this tab needs.
const TerminalScreen = dynamic(() => import('./terminal-screen.tsx').then((module) => module.TerminalScreen), {
  ssr: false,
});

interface Tab {
  key: number;
  start: TerminalStart;
  info?: TerminalInfo;
  end?: TerminalEnd;
}

interface TerminalPanelProps {
  engine: string;
  /** The full id. */
  container: string;
  running: boolean;
  canAttach: boolean;
}

/** The terminals of one container: tabs over one connection of their own. Fills its parent, a flex column. */
export function TerminalPanel({ engine, container, running, canAttach }: TerminalPanelProps) {
  const [socket, setSocket] = useState<RealtimeSocket>();
  const [tabs, setTabs] = useState<readonly Tab[]>([]);
  const [held, setHeld] = useState<readonly TerminalInfo[]>([]);
  // Key of the tab in front; 'new' is the launcher.
  const [front, setFront] = useState<number | 'new'>('new');
  const [closing, setClosing] = useState<Tab>();
  const nextKey = useRef(1);
  const restored = useRef(false);

  useEffect(() => {
    const own = openOwnSocket();
    setSocket(own);
    return () => void own.disconnect();
  }, []);

  const start = useCallback((what: TerminalStart) => {
    const key = nextKey.current++;
    setTabs((before) => [...before, { key, start: what }]);
    setFront(key);
    if ('resume' in what) setHeld((before) => before.filter(({ id }) => id !== what.resume));
  }, []);

  useEffect(() => {
    if (!socket) return;
    let current = true;
    ask(socket, 'terminal:list', { engine, container }).then(
      (list) => {
        if (!current || restored.current) return;
        restored.current = true;
        const mine = rememberedTerminals(engine, container).filter((id) => list.some((info) => info.id === id));
        for (const id of mine) start({ resume: id });
        setHeld(list.filter((info) => info.state === 'open' && !mine.includes(info.id)));
      },
      (cause: unknown) => current && toast.error(shownError(cause).message),
    );
    return () => {
      current = false;
    };
  }, [socket, engine, container, start]);

  useEffect(() => {
    if (!restored.current) return;
    const open = tabs
      .filter(({ end }) => !end)
      .flatMap(({ info, start: s }) => info?.id ?? ('resume' in s ? s.resume : []));
    rememberTerminals(engine, container, open);
  }, [tabs, engine, container]);

  const change = (key: number, part: Partial<Tab>) =>
    setTabs((before) => before.map((tab) => (tab.key === key ? { ...tab, ...part } : tab)));
  const drop = (key: number) => {
    const rest = tabs.filter((tab) => tab.key !== key);
    setTabs(rest);
    if (front === key) setFront(rest.at(-1)?.key ?? 'new');
  };
  const close = (tab: Tab) => (tab.end || !tab.info ? drop(tab.key) : setClosing(tab));
  const endProcess = async (tab: Tab) => {
    if (socket && tab.info) await ask(socket, 'terminal:end', { id: tab.info.id });
    drop(tab.key);
  };
  const inFront = tabs.find(({ key }) => key === front);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {tabs.length > 0 && (
        <div
          role="tablist"
          aria-label="Terminals"
          className="flex items-center gap-0.5 overflow-x-auto border-b bg-panel px-2 py-1"
        >
          {tabs.map((tab) => (
            <div key={tab.key} className={cn('flex shrink-0 items-center rounded-md', tab.key === front && 'bg-hover')}>
              <button
                type="button"
                role="tab"
                aria-selected={tab.key === front}
                onClick={() => setFront(tab.key)}
                className={cn('h-7 max-w-48 truncate pl-2.5 font-mono text-xs', tab.key !== front && 'text-ink-soft')}
              >
                {tabLabel(tab)}
              </button>
              <Button
                tone="quiet"
                size="icon"
                className="size-6 [&_svg]:size-3"
                aria-label={`Close ${tabLabel(tab)}`}
                onClick={() => close(tab)}
              >
                <X />
              </Button>
            </div>
          ))}
          <Button
            tone="quiet"
            size="icon"
            aria-label="New terminal"
            aria-pressed={front === 'new'}
            onClick={() => setFront('new')}
          >
            <Plus />
          </Button>
        </div>
      )}
      {inFront?.info?.kind === 'attach' && !inFront.end && (
        <p className="border-b bg-info-bg px-3 py-1 text-info text-xs">
          Attached to the main process{inFront.info.tty ? ': Ctrl-C goes to it and may stop the container' : ''}.
          Closing this tab leaves it running.
        </p>
      )}
      {socket &&
        tabs.map((tab) => (
          <TerminalScreen
            key={tab.key}
            socket={socket}
            start={tab.start}
            visible={tab.key === front}
            onInfo={(info) => change(tab.key, { info })}
            onEnd={(end) => change(tab.key, { end })}
          />
        ))}
      {inFront?.end && (
        <EndBar
          end={inFront.end}
          onAgain={running && startAgain(inFront) ? () => again(inFront) : undefined}
          onClose={() => drop(inFront.key)}
        />
      )}
      {front === 'new' && (
        <TerminalLauncher
          engine={engine}
          container={container}
          running={running}
          canAttach={canAttach}
          held={held}
          onStart={start}
        />
      )}
      <ConfirmDialog
        open={closing !== undefined}
        onOpenChange={(open) => !open && setClosing(undefined)}
        title={`Close ${closing ? tabLabel(closing) : 'the terminal'}`}
        confirmLabel={closing?.info?.kind === 'attach' ? 'Detach' : 'End it'}
        danger={closing?.info?.kind !== 'attach'}
        onConfirm={async () => {
          if (closing) await endProcess(closing);
        }}
      >
        {closing?.info?.kind === 'attach'
          ? 'The main process goes on running.'
          : 'What runs in this terminal is ended with it.'}
      </ConfirmDialog>
    </div>
  );

  function again(tab: Tab) {
    const what = startAgain(tab);
    drop(tab.key);
    if (what) start(what);
  }
}

/** The same once more; a resumed one is known by what the server told of it. */
function startAgain({ start, info }: Tab): TerminalStart | undefined {
  if ('open' in start || !info) return 'open' in start ? start : undefined;
  const { engine, container, kind, command, user } = info;
  return { open: { engine, container, kind, command, user } };
}

function tabLabel(tab: Tab): string {
  if (tab.info) return terminalLabel(tab.info);
  return 'open' in tab.start ? terminalLabel(tab.start.open) : 'terminal';
}

function EndBar({ end, onAgain, onClose }: { end: TerminalEnd; onAgain?: () => void; onClose: () => void }) {
  const meaning = end.code === undefined ? undefined : exitMeaning(end.code);
  return (
    <div role="status" className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t bg-panel px-3 py-2">
      <span className={end.exited && end.code === 0 ? 'text-ink-soft' : 'text-warn'}>
        {end.message || (end.code === undefined ? 'Ended.' : `Ended with exit code ${end.code}.`)}
        {meaning && end.code !== 0 && ` That is: ${meaning}.`}
      </span>
      <AuditId id={end.auditId} />
      <span className="ml-auto flex gap-1.5">
        {onAgain && (
          <Button size="sm" onClick={onAgain}>
            Open again
          </Button>
        )}
        <Button size="sm" onClick={onClose}>
          Close the tab
        </Button>
      </span>
    </div>
  );
}
