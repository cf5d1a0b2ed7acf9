'use client';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type ResourceRow, rowKey } from './descriptor.ts';

/** Which rows are chosen and which one the keys work on. Rows that are gone or filtered away do not count. */
export function useSelection<R extends ResourceRow>(rows: readonly R[]) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string>();
  const anchor = useRef<string>(undefined);
  // Callbacks stay the same while rows change, so that rows need not render again.
  const latest = useRef(rows);
  latest.current = rows;

  const selectedRows = useMemo(
    () => (picked.size === 0 ? [] : rows.filter((row) => picked.has(rowKey(row)))),
    [rows, picked],
  );
  const selected = useMemo(() => new Set(selectedRows.map(rowKey)), [selectedRows]);

  const pick = useCallback((row: R, shift: boolean) => {
    const key = rowKey(row);
    // Read before the updater runs, which may be later.
    const from = shift ? anchor.current : undefined;
    setPicked((before) => {
      const next = new Set(before);
      const on = !before.has(key);
      for (const each of from === undefined ? [key] : between(latest.current, from, key)) {
        if (on) next.add(each);
        else next.delete(each);
      }
      return next;
    });
    anchor.current = key;
    setCursor(key);
  }, []);

  const pickAll = useCallback((all: boolean) => setPicked(new Set(all ? latest.current.map(rowKey) : [])), []);
  const setCursorRow = useCallback((row: R) => setCursor(rowKey(row)), []);

  // By so many rows; an infinite step goes to the end, also when there is no cursor yet.
  const move = useCallback(
    (step: number) =>
      setCursor((before) => {
        const list = latest.current;
        const at = before === undefined ? -1 : list.findIndex((row) => rowKey(row) === before);
        const last = list.length - 1;
        const near = at < 0 ? (step > 0 ? 0 : last) : Math.min(Math.max(at + step, 0), last);
        const next = Number.isFinite(step) ? near : step > 0 ? last : 0;
        const row = list[next];
        return row ? rowKey(row) : undefined;
      }),
    [],
  );

  const cursorRow = useMemo(() => rows.find((row) => rowKey(row) === cursor), [rows, cursor]);
  return { selected, selectedRows, pick, pickAll, cursor: cursorRow && cursor, cursorRow, setCursorRow, move };
}

/** Every key from one to the other, in the order that is shown. */
function between(rows: readonly ResourceRow[], from: string, to: string): string[] {
  const keys = rows.map(rowKey);
  const [a, b] = [keys.indexOf(from), keys.indexOf(to)];
  if (a < 0 || b < 0) return [to];
  return keys.slice(Math.min(a, b), Math.max(a, b) + 1);
}
