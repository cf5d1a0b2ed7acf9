import { ArrowDown, ArrowUp, CaseSensitive, FileSearch, Regex, X } from 'lucide-react';
import { memo, type RefObject } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cn } from '#components/ui/cn.ts';
import type { SearchTerm } from './search-matcher.ts';

interface LogFindProps {
  inputRef: RefObject<HTMLInputElement | null>;
  term: SearchTerm;
  onTerm: (term: SearchTerm) => void;
  /** RE2's own words for a malformed expression. */
  problem?: string;
  /** Position of the current match (from 1) and how many loaded rows match. */
  at: number;
  count: number;
  searching: boolean;
  onStep: (by: 1 | -1) => void;
  onWhole: () => void;
}

/** The search box: finds in what is loaded at once, and in the whole log on request. */
export const LogFind = memo(function LogFind(props: LogFindProps) {
  const { inputRef, term, onTerm, problem, at, count, searching, onStep, onWhole } = props;
  const some = term.pattern !== '';
  const countText = problem
    ? ''
    : count === 0
      ? searching
        ? '…'
        : 'none loaded'
      : `${at > 0 ? at.toLocaleString('en-US') : '–'}/${count.toLocaleString('en-US')}`;
  return (
    <search className="flex min-w-0 flex-1 basis-72 items-center gap-1">
      <div
        className={cn(
          'flex h-7 min-w-0 max-w-lg flex-1 items-center rounded-md border border-line-strong bg-panel pr-0.5 focus-within:outline-2 focus-within:outline-accent',
          problem && 'border-bad',
        )}
      >
        <input
          ref={inputRef}
          value={term.pattern}
          onChange={(event) => onTerm({ ...term, pattern: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onWhole();
            else if (event.key === 'Enter') onStep(event.shiftKey ? 1 : -1);
            else if (event.key === 'Escape') {
              if (some) onTerm({ ...term, pattern: '' });
              else event.currentTarget.blur();
            } else return;
            event.preventDefault();
          }}
          type="text"
          placeholder="Find in the log"
          aria-label="Find in the log"
          aria-invalid={problem !== undefined}
          title={problem}
          autoComplete="off"
          spellCheck={false}
          className="h-full min-w-0 flex-1 bg-transparent px-2.5 font-mono text-xs outline-none placeholder:font-sans max-sm:text-[16px]"
        />
        {some && (
          <span role="status" className="shrink-0 px-1 text-2xs text-ink-faint tabular-nums">
            {countText}
          </span>
        )}
        <Toggle
          label="Match case"
          on={term.caseSensitive}
          onToggle={(caseSensitive) => onTerm({ ...term, caseSensitive })}
          icon={<CaseSensitive />}
        />
        <Toggle
          label="Regular expression (RE2)"
          on={term.regex}
          onToggle={(regex) => onTerm({ ...term, regex })}
          icon={<Regex />}
        />
      </div>
      {some && (
        <>
          <Button
            tone="quiet"
            size="icon"
            aria-label="Match above"
            title="Match above (Enter)"
            onClick={() => onStep(-1)}
          >
            <ArrowUp />
          </Button>
          <Button
            tone="quiet"
            size="icon"
            aria-label="Match below"
            title="Match below (Shift+Enter)"
            onClick={() => onStep(1)}
          >
            <ArrowDown />
          </Button>
          <Button
            size="sm"
            onClick={onWhole}
            disabled={problem !== undefined}
            title="Search the whole log on the server (Ctrl+Enter)"
          >
            <FileSearch />
            <span className="max-lg:hidden">Whole log</span>
          </Button>
          <Button
            tone="quiet"
            size="icon"
            aria-label="Clear the search"
            className="max-sm:hidden"
            onClick={() => onTerm({ ...term, pattern: '' })}
          >
            <X />
          </Button>
        </>
      )}
    </search>
  );
});

function Toggle(props: { label: string; on: boolean; onToggle: (on: boolean) => void; icon: React.ReactNode }) {
  return (
    <button
      type="button"
      title={props.label}
      aria-label={props.label}
      aria-pressed={props.on}
      onClick={() => props.onToggle(!props.on)}
      className="grid size-6 shrink-0 place-items-center rounded-sm text-ink-faint hover:bg-hover hover:text-ink aria-pressed:bg-selected aria-pressed:text-accent-text [&_svg]:size-4"
    >
      {props.icon}
    </button>
  );
}
