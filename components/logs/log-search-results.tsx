import { X } from 'lucide-react';
import { memo } from 'react';
import { Button, Spinner } from '#components/ui/button.tsx';
import { formatCount } from '#lib/shared/format.ts';
import type { LogLine } from '#lib/shared/realtime.ts';
import { sourceColour } from './log-row.tsx';
import { LogText } from './log-text.tsx';
import { formatLogTime, type TimeMode } from './log-time.ts';
import type { Matcher } from './search-matcher.ts';
import type { LogSearchState } from './use-log-search.ts';

interface LogSearchResultsProps {
  search: LogSearchState;
  labels?: readonly string[];
  times: TimeMode;
  matcher: Matcher | null;
  onGo: (line: LogLine) => void;
  onCancel: () => void;
  onClose: () => void;
}

/** What the server found in the whole log; a click goes there. */
export const LogSearchResults = memo(function LogSearchResults(props: LogSearchResultsProps) {
  const { search, labels, times, matcher, onGo, onCancel, onClose } = props;
  return (
    <section aria-label="Matches in the whole log" className="flex max-h-[40%] min-h-28 flex-col border-t bg-panel">
      <header className="flex min-h-8 items-center gap-2 border-b px-3 text-xs">
        {search.running && <Spinner className="text-accent-text" />}
        <span role="status" className="min-w-0 flex-1 truncate text-ink-soft">
          {statusText(search)}
        </span>
        {search.running && (
          <Button size="sm" onClick={onCancel}>
            Stop searching
          </Button>
        )}
        <Button tone="quiet" size="icon" aria-label="Close the matches" onClick={onClose}>
          <X />
        </Button>
      </header>
      {search.problem && (
        <p role="alert" className="px-3 py-2 text-bad">
          {search.problem.message}
        </p>
      )}
      <ol className="ansi min-h-0 flex-1 overflow-auto py-1 font-mono text-xs leading-5">
        {search.lines.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: matches only ever grow at the end
          <li key={i} className="[content-visibility:auto] [contain-intrinsic-size:auto_20px]">
            <button
              type="button"
              onClick={() => onGo(line)}
              className="flex w-full gap-[1.5ch] px-3 text-left hover:bg-hover focus-visible:bg-selected"
            >
              {labels && <span className={sourceColour(line.source)}>{labels[line.source]}</span>}
              <span className="shrink-0 text-ink-faint" title={line.time}>
                {formatLogTime(line.time, times === 'utc' ? 'utc' : 'local')}
              </span>
              <span className="truncate whitespace-pre">
                <LogText text={line.text} matcher={matcher} whole={false} />
              </span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
});

function statusText(search: LogSearchState): string {
  const matches = Math.max(search.matches, search.lines.length);
  const read = `${formatCount(search.linesRead, 'line')} read`;
  if (search.running) return `${formatCount(matches, 'match', 'matches')} so far, ${read}`;
  if (matches > search.lines.length)
    return `The first ${search.lines.length} of ${formatCount(matches, 'match', 'matches')}, ${read}`;
  return `${formatCount(matches, 'match', 'matches')} in the whole log, ${read}`;
}
