import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { cn } from '#components/ui/cn.ts';
import { formatBytes } from '#lib/shared/format.ts';
import { looksLikeJson } from './json-line.ts';
import type { LogRow } from './line-buffer.ts';
import { JsonText, LogText, shownCharsMax } from './log-text.tsx';
import { formatLogTime, type TimeMode } from './log-time.ts';
import type { Matcher } from './search-matcher.ts';

const sourceColours = ['text-chart-2', 'text-chart-1', 'text-chart-3', 'text-chart-4', 'text-chart-6', 'text-chart-5'];

/** The colour of a source, beside its name. */
export function sourceColour(source: number): string {
  return sourceColours[source % sourceColours.length] ?? '';
}

interface LogRowProps {
  row: LogRow;
  /** Absent: one source, no label column. */
  label?: string;
  labelColumns: number;
  times: TimeMode;
  wrap: boolean;
  matcher: Matcher | null;
  expanded: boolean;
  selected: boolean;
  current: boolean;
  /** A phone: the clock without date and milliseconds. */
  compact: boolean;
}

const currentClass = 'outline outline-accent -outline-offset-1';
const rowClass = (row: LogRow) =>
  row.kind === 'stderr'
    ? 'flex min-h-[20px] min-w-full hover:bg-hover bg-bad-bg/45'
    : 'flex min-h-[20px] min-w-full hover:bg-hover';
const wrapClass = 'min-w-0 flex-1 pr-3 [unicode-bidi:isolate] [tab-size:8] whitespace-pre-wrap break-all';
const plainClass = 'min-w-0 flex-1 pr-3 [unicode-bidi:isolate] [tab-size:8] whitespace-pre';
// Few elements a row and no class names to merge: in a flood every frame makes sixty of them.
const markClass = 'w-[5ch] pl-[0.7ch] text-[10px] border-l-[3px] max-sm:w-[5ch] max-sm:pl-[0.4ch] max-sm:text-[8px]';
const stderrMarkClass = `${markClass} border-bad text-bad`;
const stdoutMarkClass = `${markClass} border-transparent`;

/** One row. Clicks are handled by the list (data-act), so that a row can be thrown away cheaply in a flood. */
export const LogRowView = memo(function LogRowView(props: LogRowProps) {
  const { row, label, labelColumns, times, wrap, matcher, expanded, selected, current, compact } = props;
  if (row.kind === 'skipped' || row.kind === 'notice') return <MarkRow row={row} label={label} />;
  const isJson = looksLikeJson(row.text);
  const isLong = row.text.length > shownCharsMax;
  return (
    <div
      data-key={row.key}
      className={
        current || selected ? cn(rowClass(row), selected && 'bg-selected', current && currentClass) : rowClass(row)
      }
    >
      <span className="flex shrink-0 select-none" data-act="select">
        <span className={row.kind === 'stderr' ? stderrMarkClass : stdoutMarkClass}>
          {row.kind === 'stderr' ? 'err' : ''}
        </span>
        {label !== undefined && (
          <span
            className={cn('truncate pr-[1ch]', sourceColour(row.source))}
            style={{ width: `${labelColumns + 1}ch` }}
            title={label}
          >
            {label}
          </span>
        )}
        {times !== 'off' && (
          <span className="pr-[1.5ch] text-ink-faint" title={row.time}>
            {compact ? formatLogTime(row.time, times).slice(6, 14) : formatLogTime(row.time, times)}
          </span>
        )}
        {isJson && (
          <button
            type="button"
            data-act="expand"
            aria-expanded={expanded}
            aria-label={expanded ? 'Fold JSON' : 'Spread JSON out'}
            className="-ml-[0.6ch] mr-[0.4ch] flex h-[20px] w-4 items-center justify-center text-ink-faint hover:text-ink"
          >
            <ChevronRight className={cn('size-3.5', expanded && 'rotate-90')} />
          </button>
        )}
      </span>
      <span data-text="" className={wrap || expanded ? wrapClass : plainClass}>
        {isJson && expanded ? (
          <JsonText text={row.text} />
        ) : (
          <LogText text={row.text} matcher={matcher} whole={expanded} />
        )}
        {isLong && (
          <button
            type="button"
            data-act="expand"
            className="ml-2 select-none rounded-sm bg-idle-bg px-1.5 text-ink-soft"
          >
            {expanded ? 'show less' : `… ${formatBytes(row.text.length - shownCharsMax)} more`}
          </button>
        )}
        {row.cutBytes !== undefined && (
          <span className="ml-2 select-none text-warn">
            cut here: {formatBytes(row.cutBytes)} more in the downloaded log
          </span>
        )}
      </span>
    </div>
  );
});

function MarkRow({ row, label }: { row: LogRow; label?: string }) {
  const text =
    row.kind === 'skipped'
      ? `${(row.skipped ?? 0).toLocaleString('en-US')} ${row.skipped === 1 ? 'line' : 'lines'} skipped here: they came faster than this browser could show them`
      : row.text;
  return (
    <div data-key={row.key} className="sticky left-0 flex w-fit min-w-full items-center gap-2 px-2 text-warn">
      <span aria-hidden="true" className="h-px w-4 shrink-0 bg-current opacity-50" />
      <span className="whitespace-pre-wrap font-sans">
        {label !== undefined && <span className={cn('mr-2 font-mono', sourceColour(row.source))}>{label}</span>}
        {text}
      </span>
      <span aria-hidden="true" className="h-px min-w-4 flex-1 bg-current opacity-50" />
    </div>
  );
}
