'use client';
import { type MouseEvent, type ReactNode, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import type { LogRow } from './line-buffer.ts';
import { LogRowView } from './log-row.tsx';
import type { LogSession, LogSessionView } from './log-session.ts';
import { shownCharsMax } from './log-text.tsx';
import type { TimeMode } from './log-time.ts';
import type { Matcher } from './search-matcher.ts';

export const rowHeight = 20;
const headHeight = 32;
const footHeight = 40;
const overscanPx = 300;
// While following, what is above the view was there a moment ago and is not drawn again.
const followOverscanPx = 40;
const olderAtPx = 800;
// Measuring brings other rows into view, which are measured in turn; what is left after these waits for the next drawing.
const passesMax = 4;

/** What row heights follow from; shared by the buffer's estimate and the list. */
export interface LogLayout {
  wrap: boolean;
  /** Characters a line of text holds. */
  columns: number;
  /** What the columns were measured for: they are measured again only when this has changed. */
  fittedFor?: string;
}

/** The height a row will have, until it has been measured. */
export function estimateRow(layout: LogLayout, row: LogRow): number {
  if (!layout.wrap) return rowHeight;
  const columns = Math.min(row.columns, shownCharsMax + 20);
  return rowHeight * Math.max(1, Math.ceil(columns / layout.columns));
}

interface LogViewportProps {
  session: LogSession;
  view: LogSessionView;
  layout: LogLayout;
  labels?: readonly string[];
  times: TimeMode;
  wrap: boolean;
  matcher: Matcher | null;
  /** The row of the current match: brought into view when it changes. */
  focus?: { key: number };
  selection?: { from: number; to: number };
  onSelect: (key: number, extend: boolean) => void;
  head: ReactNode;
  foot: ReactNode;
}

/**
 * The virtualised list. Where it stands is remembered as a row and an offset into it, never as pixels, so that rows
 * added or let go above do not move what is being read.
 */
export function LogViewport(props: LogViewportProps) {
  const { session, view, layout, labels, times, wrap, matcher, focus, selection, onSelect } = props;
  const focusKey = focus?.key;
  const { buffer } = session;
  const scroller = useRef<HTMLDivElement>(null);
  const rowsBox = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ key: number; delta: number }>(undefined);
  const placed = useRef(0);
  const passes = useRef({ count: 0, atMs: 0 });
  const [viewSize, setViewSize] = useState({ width: 1000, height: 600 });
  const viewHeight = viewSize.height;
  const [, redraw] = useState(0);
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set());

  const labelColumns = labels
    ? Math.min(viewSize.width < 640 ? 12 : 24, Math.max(...labels.map((label) => label.length)))
    : 0;
  const total = headHeight + buffer.height;
  const bottomTop = Math.max(0, total - viewHeight);
  const anchored = anchor.current
    ? headHeight + buffer.offsetOf(buffer.indexOfKey(anchor.current.key)) + anchor.current.delta
    : 0;
  // No further than the browser can scroll: what is drawn must be what is then in view.
  const top = view.following ? bottomTop : Math.min(Math.max(0, anchored), bottomTop + footHeight);
  const from = buffer.indexAt(Math.max(0, top - headHeight - (view.following ? followOverscanPx : overscanPx)));
  const to = Math.min(buffer.size, buffer.indexAt(top + viewHeight + overscanPx) + 1);
  const rows = buffer.slice(from, to);

  const setAnchor = useCallback(
    (scrollTop: number) => {
      const index = buffer.indexAt(Math.max(0, scrollTop - headHeight));
      const row = buffer.at(index);
      if (!row) return;
      anchor.current = { key: row.key, delta: scrollTop - headHeight - buffer.offsetOf(index) };
      session.anchor(row.key);
    },
    [buffer, session],
  );

  const show = useRef((_key: number) => {});
  show.current = (key) => {
    const offset = headHeight + buffer.offsetOf(buffer.indexOfKey(key));
    setAnchor(Math.max(0, offset - viewHeight / 3));
    session.follow(false);
    redraw((n) => n + 1);
  };

  // Heights as they really are: wrapped lines with wide characters, JSON spread out, markers.
  useLayoutEffect(() => {
    const box = rowsBox.current;
    const element = scroller.current;
    if (!box || !element) return;
    let changed = false;
    if (wrap || expanded.size > 0 || rows.some((row) => row.height !== rowHeight || row.kind === 'notice')) {
      for (const [i, child] of [...box.children].entries()) {
        const row = rows[i];
        const height = child instanceof HTMLElement ? child.offsetHeight : 0;
        if (row && height > 0 && height !== row.height) {
          buffer.setHeight(from + i, height);
          changed = true;
        }
      }
    }
    const fitFor = `${box.clientWidth} ${times} ${labelColumns}`;
    if (wrap && layout.fittedFor !== fitFor && fitColumns(box, layout, () => buffer.relayout())) {
      layout.fittedFor = fitFor;
      changed = true;
    }
    const now = performance.now();
    if (now - passes.current.atMs > 30) passes.current = { count: 0, atMs: now };
    if (changed && passes.current.count++ < passesMax) redraw((n) => n + 1);
    const wanted = view.following ? element.scrollHeight - element.clientHeight : top;
    if (Math.abs(element.scrollTop - wanted) > 1) element.scrollTop = wanted;
    placed.current = element.scrollTop;
  });

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setViewSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: estimates depend on wrapping
  useLayoutEffect(() => {
    buffer.relayout();
    redraw((n) => n + 1);
  }, [wrap, buffer]);

  useEffect(() => {
    if (focus) show.current(focus.key);
  }, [focus]);

  // Marking text means reading: stand still.
  useEffect(() => {
    const onSelection = () => {
      const marked = document.getSelection();
      if (!marked || marked.isCollapsed || !scroller.current?.contains(marked.anchorNode)) return;
      if (!session.view().following) return;
      setAnchor(placed.current);
      session.follow(false);
    };
    document.addEventListener('selectionchange', onSelection);
    return () => document.removeEventListener('selectionchange', onSelection);
  }, [session, setAnchor]);

  function onScroll() {
    const element = scroller.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    if (Math.abs(scrollTop - placed.current) <= 1) return;
    const atBottom = scrollTop + clientHeight >= scrollHeight - 2;
    if (view.following) {
      // The list itself always goes to the very bottom: anything else is the reader's hand.
      if (atBottom || scrollTop > placed.current) return;
      setAnchor(scrollTop);
      session.follow(false);
    } else {
      setAnchor(scrollTop);
      if (atBottom) {
        if (view.cutBelow || view.held || view.rewound) session.reachedBottom();
        else session.follow(true);
      }
    }
    placed.current = scrollTop;
    if (scrollTop < olderAtPx) session.loadOlder();
    redraw((n) => n + 1);
  }

  function onClick(event: MouseEvent) {
    const target = event.target instanceof Element ? event.target : null;
    const act = target?.closest('[data-act]')?.getAttribute('data-act');
    const key = Number(target?.closest('[data-key]')?.getAttribute('data-key') ?? Number.NaN);
    if (!act || Number.isNaN(key)) return;
    if (view.following) {
      setAnchor(placed.current);
      session.follow(false);
    }
    if (act === 'select') return onSelect(key, event.shiftKey);
    const next = new Set(expanded);
    if (!next.delete(key)) next.add(key);
    setExpanded(next);
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: every act in a row has a button or a key of its own
    <div
      ref={scroller}
      role="log"
      aria-label="Log lines"
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
      tabIndex={0}
      onScroll={onScroll}
      onClick={onClick}
      className="ansi min-h-0 flex-1 overflow-auto bg-sunken font-mono text-xs outline-none [contain:strict] [overflow-anchor:none]"
      style={{ lineHeight: `${rowHeight}px` }}
    >
      <div
        className="sticky left-0 flex w-full items-center px-3 font-sans text-ink-faint"
        style={{ height: headHeight }}
      >
        {props.head}
      </div>
      <div
        className="relative"
        style={{
          height: buffer.height,
          minWidth: wrap ? undefined : `${minColumns(buffer.columnsMax, labelColumns)}ch`,
        }}
      >
        <div
          ref={rowsBox}
          className={cn('absolute top-0 left-0 min-w-full', wrap && 'w-full')}
          style={{ transform: `translateY(${buffer.offsetOf(from)}px)` }}
        >
          {rows.map((row) => (
            <LogRowView
              key={row.key}
              row={row}
              label={labels?.[row.source]}
              labelColumns={labelColumns}
              times={times}
              wrap={wrap}
              matcher={matcher}
              expanded={expanded.has(row.key)}
              selected={selection !== undefined && row.key >= selection.from && row.key <= selection.to}
              current={row.key === focusKey}
              compact={viewSize.width < 640}
            />
          ))}
        </div>
      </div>
      {props.foot}
    </div>
  );
}

function minColumns(columns: number, labelColumns: number): number {
  return Math.min(columns, shownCharsMax) + labelColumns + 28;
}

/** Measures how many characters a line of text really holds and estimates all rows by it. False: nothing to measure yet. */
function fitColumns(box: HTMLElement, layout: LogLayout, relayout: () => void): boolean {
  const text = box.querySelector<HTMLElement>('[data-text]');
  if (!text) return false;
  const style = getComputedStyle(text);
  const width = text.clientWidth - Number.parseFloat(style.paddingRight);
  // Geist Mono, like most fixed-width faces, is 0.6 em wide; one pixel of difference only costs a measurement.
  const columns = Math.max(10, Math.floor(width / (Number.parseFloat(style.fontSize) * 0.6)));
  layout.columns = columns;
  relayout();
  return true;
}
