'use client';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp, ChevronRight } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { useHotkeys } from '#components/ui/hotkeys.ts';
import { Input } from '#components/ui/input.tsx';
import { SecretText } from '#components/ui/secret-text.tsx';
import { findLines, type JsonLine, parseJson, printJson, toLines } from './json-lines.ts';

const valueClass = { string: 'text-ok', number: 'text-accent-text', word: 'text-warn' } as const;

/** JSON as a tree that folds, with search and copy. `text` as the engine sent it: numbers keep their digits. */
export function JsonTree({ text, label }: { text: string; label: string }) {
  const root = useMemo(() => parseJson(text), [text]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const find = useDeferredValue(typed);
  const all = useMemo(() => toLines(root, new Set()), [root]);
  const found = useMemo(() => findLines(all, find), [all, find]);
  // Nothing that matches stays hidden in a folded part.
  const lines = useMemo(() => toLines(root, find ? new Set() : folded), [root, folded, find]);
  const current = found[Math.min(at, found.length - 1)];
  const foundSet = useMemo(() => new Set(found), [found]);
  const scroller = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 20,
    overscan: 20,
  });
  const rows = virtual.getVirtualItems();

  useEffect(() => {
    if (current === undefined) return;
    const index = lines.findIndex((line) => line.path === current);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'center' });
  }, [current, lines, virtual]);
  useHotkeys('Inspect', [{ key: '/', label: 'Find', run: () => box.current?.select() }]);

  const step = (by: 1 | -1) =>
    found.length > 0 && setAt((Math.min(at, found.length - 1) + by + found.length) % found.length);
  const toggle = (path: string) =>
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-1.5 border-b bg-panel px-3 py-1.5">
        <Input
          ref={box}
          aria-label={`Find in ${label}`}
          placeholder="Find a key or a value"
          className="h-7 max-w-xs font-mono text-xs placeholder:font-sans"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
            else if (event.key === 'Escape') setTyped('');
          }}
        />
        {typed !== '' && (
          <>
            <span role="status" className="whitespace-nowrap text-ink-faint text-xs tabular-nums">
              {found.length === 0 ? 'not found' : `${Math.min(at, found.length - 1) + 1}/${found.length}`}
            </span>
            <Button tone="quiet" size="icon" aria-label="Match above" onClick={() => step(-1)}>
              <ArrowUp />
            </Button>
            <Button tone="quiet" size="icon" aria-label="Match below" onClick={() => step(1)}>
              <ArrowDown />
            </Button>
          </>
        )}
        <div className="ml-auto flex items-center gap-1">
          <Button size="sm" tone="quiet" onClick={() => setFolded(folded.size > 0 ? new Set() : topLevel(all))}>
            {folded.size > 0 ? 'Unfold all' : 'Fold all'}
          </Button>
          <CopyButton text={text} label="Copy the JSON" />
        </div>
      </div>
      <div
        ref={scroller}
        role="tree"
        aria-label={label}
        tabIndex={0}
        className="min-h-0 flex-1 overflow-auto bg-sunken py-1.5 font-mono text-xs leading-5 outline-none [contain:strict]"
      >
        <div className="relative" style={{ height: virtual.getTotalSize() }}>
          <div style={{ transform: `translateY(${rows[0]?.start ?? 0}px)` }} className="absolute min-w-full">
            {rows.map(({ index }) => {
              const line = lines[index];
              return (
                line && (
                  <Line
                    key={line.path}
                    line={line}
                    folded={folded.has(line.path)}
                    found={foundSet.has(line.path)}
                    current={line.path === current}
                    onToggle={toggle}
                  />
                )
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}

function topLevel(lines: readonly JsonLine[]): ReadonlySet<string> {
  return new Set(
    lines.filter((line) => line.depth === 1 && line.kind === 'open' && line.size).map((line) => line.path),
  );
}

interface LineProps {
  line: JsonLine;
  folded: boolean;
  found: boolean;
  current: boolean;
  onToggle: (path: string) => void;
}

function Line({ line, folded, found, current, onToggle }: LineProps) {
  const foldable = line.kind === 'open' && line.size !== undefined && line.size > 0 && line.path !== '';
  return (
    <div
      role="treeitem"
      aria-level={line.depth + 1}
      aria-expanded={foldable ? !folded : undefined}
      tabIndex={-1}
      className={cn(
        'group flex h-[20px] w-fit min-w-full items-center whitespace-pre pr-10 hover:bg-hover',
        found && 'bg-selected',
        current && 'outline outline-accent -outline-offset-1',
      )}
      style={{ paddingLeft: `calc(${line.depth * 2}ch + 4px)` }}
    >
      {foldable ? (
        <button
          type="button"
          aria-label={folded ? 'Unfold' : 'Fold'}
          onClick={() => onToggle(line.path)}
          className="grid size-5 place-items-center text-ink-faint hover:text-ink"
        >
          <ChevronRight className={cn('size-3', !folded && 'rotate-90')} />
        </button>
      ) : (
        <span className="w-5 select-none" />
      )}
      {line.key !== undefined && (
        <>
          <span className="text-info">{JSON.stringify(line.key)}</span>
          <span className="text-ink-faint">: </span>
        </>
      )}
      <span className={line.valueKind ? valueClass[line.valueKind] : 'text-ink-faint'}>
        {line.valueKind === 'string' ? <SecretText value={line.text} /> : line.text}
      </span>
      {folded && <span className="ml-2 select-none text-ink-faint">{line.size} inside</span>}
      {line.value !== undefined && (
        <span className="ml-1 opacity-0 focus-within:opacity-100 group-hover:opacity-100">
          <CopyButton
            text={typeof line.value === 'string' ? line.value : printJson(line.value)}
            label="Copy the value"
            className="size-5"
          />
        </span>
      )}
    </div>
  );
}
