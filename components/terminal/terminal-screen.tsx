'use client';
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef, useState } from 'react';
import { openChannel } from '#components/live/channel.ts';
import { shownError } from '#components/live/errors.ts';
import { ask, type RealtimeSocket } from '#components/live/socket.ts';
import { useResolvedTheme } from '#components/shell/use-theme.ts';
import { Spinner } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { copyText } from '#components/ui/copy-button.tsx';
import type { TerminalInfo, TerminalItem, TerminalOpen } from '#lib/shared/realtime.ts';
import { createInputQueue, type InputQueue } from './input-queue.ts';
import { terminalFont, terminalTheme } from './terminal-theme.ts';

/** What a tab shows: one that is to be opened, or one that the server holds. */
export type TerminalStart = { open: Omit<TerminalOpen, 'cols' | 'rows'> } | { resume: string };

export interface TerminalEnd {
  code?: number;
  message: string;
  /** The process ended, as against: the connection, the right, or another page took it. */
  exited: boolean;
  auditId?: string;
}

interface TerminalScreenProps {
  socket: RealtimeSocket;
  start: TerminalStart;
  visible: boolean;
  onInfo: (info: TerminalInfo) => void;
  onEnd: (end: TerminalEnd) => void;
}

const earlyCharsMax = 64 * 1024;

/** One xterm on one channel. Lives as long as its tab; hidden ones keep receiving. */
export function TerminalScreen({ socket, start, visible, onInfo, onEnd }: TerminalScreenProps) {
  const box = useRef<HTMLDivElement>(null);
  const handlers = useRef({ onInfo, onEnd });
  handlers.current = { onInfo, onEnd };
  const first = useRef(start);
  const theme = useResolvedTheme();
  const terminal = useRef<{ term: Terminal; fit: () => void }>(undefined);
  const [state, setState] = useState<'waiting' | 'opening' | 'open' | 'lost' | 'ended'>('waiting');

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let live = true;
    let stop = () => {};
    // Measured before the font is there, every cell would have the width of the fallback.
    void document.fonts
      .load(`13px ${terminalFont()}`)
      .catch(() => [])
      .then(() => document.fonts.ready)
      .then(() => {
        if (live) stop = run(element);
      });

    function run(parent: HTMLElement): () => void {
      const { term, fit: fitToBox, dispose } = createTerm(parent);
      terminal.current = { term, fit: fitToBox };
      let channel: string | undefined;
      let id = 'resume' in first.current ? first.current.resume : undefined;
      let close = () => {};
      let queue: InputQueue | undefined;
      /** Typed before there was anywhere to send it; bounded, as whoever leans on a key means none of it. */
      let early = '';
      let ended = false;

      const end = (value: TerminalEnd) => {
        ended = true;
        queue?.stop();
        channel = undefined;
        term.options.cursorBlink = false;
        term.options.disableStdin = true;
        setState('ended');
        handlers.current.onEnd(value);
      };
      const onItem = (item: TerminalItem) => {
        if ('data' in item) return;
        end({ ...item.exit, exited: true });
      };
      const connect = () => {
        const size = { cols: term.cols, rows: term.rows };
        const { current } = first;
        const open = () =>
          id === undefined && 'open' in current
            ? ask(socket, 'terminal:open', { ...current.open, ...size })
            : ask(socket, 'terminal:resume', { id: id ?? '', ...size });
        close = openChannel(socket, open, {
          onOpen(value) {
            channel = value.channel;
            if (id !== undefined) term.reset();
            id = value.terminal.id;
            queue = createInputQueue(
              (chunk) => sendInput(socket, channel, chunk),
              (cause) => term.write(`\r\n\x1b[31mInput was lost: ${shownError(cause).message}\x1b[0m\r\n`),
            );
            queue.push(early);
            early = '';
            setState('open');
            handlers.current.onInfo(value.terminal);
            // The size may have changed while it was being opened.
            if (term.cols !== size.cols || term.rows !== size.rows)
              socket.emit('terminal:resize', value.channel, { cols: term.cols, rows: term.rows });
          },
          onItems(items, shown) {
            // The server is ours and typed: what it sends on a terminal channel are terminal items.
            const known = items as TerminalItem[];
            const data = known.map((item) => ('data' in item ? item.data : '')).join('');
            term.write(data, () => {
              shown();
              for (const item of known) onItem(item);
            });
          },
          onEnd(why) {
            queue?.stop();
            channel = undefined;
            if (ended) return;
            if (why.code === 'disconnected' && id !== undefined) setState('lost');
            else end({ message: why.message, exited: false, auditId: why.auditId });
          },
        });
      };
      const type = (data: string) => {
        if (queue) queue.push(data);
        else if (early.length + data.length <= earlyCharsMax) early += data;
      };
      const onConnect = () => {
        if (!ended && channel === undefined) {
          close();
          connect();
        }
      };
      const subscriptions = [
        term.onData((data) => type(data)),
        term.onBinary((data) => type(data)),
        term.onResize((size) => {
          if (channel !== undefined) socket.emit('terminal:resize', channel, size);
        }),
      ];
      fitToBox();
      // From here on it takes what is typed.
      setState('opening');
      if (socket.connected) connect();
      socket.on('connect', onConnect);
      return () => {
        socket.off('connect', onConnect);
        close();
        queue?.stop();
        for (const subscription of subscriptions) subscription.dispose();
        terminal.current = undefined;
        dispose();
      };
    }
    return () => {
      live = false;
      stop();
    };
  }, [socket]);

  useEffect(() => {
    const { current } = terminal;
    if (current) current.term.options.theme = terminalTheme(theme);
  }, [theme]);

  useEffect(() => {
    if (!visible || (state !== 'open' && state !== 'opening')) return;
    terminal.current?.fit();
    terminal.current?.term.focus();
  }, [visible, state]);

  return (
    <div className={cn('relative min-h-0 flex-1 bg-sunken', !visible && 'hidden')}>
      <div ref={box} className="absolute inset-0 overflow-hidden py-1.5 pl-2" />
      {(state === 'waiting' || state === 'opening' || state === 'lost') && (
        <p
          role="status"
          className="absolute top-2 right-3 flex items-center gap-2 rounded-md border bg-panel px-2 py-1 text-ink-soft text-xs"
        >
          <Spinner />
          {state === 'lost' ? 'Connection lost; the terminal is held for five minutes' : 'Opening the terminal'}
        </p>
      )}
    </div>
  );
}

function sendInput(socket: RealtimeSocket, channel: string | undefined, chunk: string): Promise<void> {
  if (channel === undefined) return Promise.reject(new Error('the terminal is not connected'));
  return new Promise((resolve, reject) => {
    socket.emit('terminal:input', channel, chunk, (reply) => {
      if (reply.ok) resolve();
      else reject(new Error(reply.error.message));
    });
  });
}

function createTerm(parent: HTMLElement): { term: Terminal; fit: () => void; dispose: () => void } {
  const mode = getComputedStyle(document.documentElement).colorScheme === 'dark' ? 'dark' : 'light';
  const term = new Terminal({
    allowProposedApi: true,
    fontFamily: terminalFont(),
    fontSize: 13,
    cursorBlink: true,
    scrollback: 10_000,
    theme: terminalTheme(mode),
    minimumContrastRatio: 4.5,
    macOptionIsMeta: true,
    rightClickSelectsWord: true,
  });
  const fitAddon = new FitAddon();
  term.loadAddon(fitAddon);
  term.loadAddon(new Unicode11Addon());
  term.unicode.activeVersion = '11';
  // A link in a program's output is a stranger's: no opener, no referrer.
  term.loadAddon(new WebLinksAddon((_event, uri) => void window.open(uri, '_blank', 'noopener,noreferrer')));
  term.open(parent);
  term.attachCustomKeyEventHandler((event) => {
    if (event.type === 'keydown' && event.ctrlKey && event.shiftKey && event.code === 'KeyC' && term.hasSelection()) {
      event.preventDefault();
      void copySelection(term);
      return false;
    }
    return true;
  });
  const fit = () => {
    if (parent.clientWidth > 0 && parent.clientHeight > 0) fitAddon.fit();
  };
  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(fit);
  });
  observer.observe(parent);
  // Copy on select, as terminals on Linux do; a click without a selection changes nothing.
  const onMouseUp = () => {
    if (term.hasSelection()) void copySelection(term);
  };
  parent.addEventListener('mouseup', onMouseUp);
  return {
    term,
    fit,
    dispose() {
      cancelAnimationFrame(frame);
      observer.disconnect();
      parent.removeEventListener('mouseup', onMouseUp);
      term.dispose();
    },
  };
}

async function copySelection(term: Terminal): Promise<void> {
  const text = term.getSelection();
  if (text === '') return;
  try {
    await copyText(text);
  } catch {
    // The browser did not allow it (no user gesture, plain http): the selection stands, Ctrl-C in the menu still works.
  }
  term.focus();
}
