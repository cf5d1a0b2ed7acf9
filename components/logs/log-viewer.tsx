'use client';
import { ArrowDown } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useAccount } from '#components/live/account.tsx';
import { shownError } from '#components/live/errors.ts';
import { getSocket } from '#components/live/socket.ts';
import { Button, Spinner } from '#components/ui/button.tsx';
import { copyText } from '#components/ui/copy-button.tsx';
import { AuditId } from '#components/ui/error-state.tsx';
import { useHotkeys } from '#components/ui/hotkeys.ts';
import { toast } from '#components/ui/toast.ts';
import './ansi.css';
import type { LogLine } from '#lib/shared/realtime.ts';
import { downloadFromEngine, wholeLogPath } from './download-log.ts';
import { LogFind } from './log-find.tsx';
import { LogRange } from './log-range.tsx';
import { LogSearchResults } from './log-search-results.tsx';
import { type LogSession, type LogSessionView, openLogSession } from './log-session.ts';
import { parseTimeBound, toEngineSeconds } from './log-time.ts';
import { LogToolbar } from './log-toolbar.tsx';
import type { LogViewState } from './log-url.ts';
import { estimateRow, type LogLayout, LogViewport } from './log-viewport.tsx';
import { compileMatcher, type Matcher, type SearchTerm } from './search-matcher.ts';
import { stripSgr } from './sgr.ts';
import { useLoadedMatches } from './use-loaded-matches.ts';
import { useLogPreferences } from './use-log-preferences.ts';
import { searchLimit, useLogSearch } from './use-log-search.ts';

export interface LogSource {
  engine: string;
  container: string;
  /** What the label column shows, and the file name of a download. */
  label: string;
}

interface LogViewerProps {
  sources: readonly LogSource[];
  view: LogViewState;
  /** The view belongs to the address; the page writes it there. */
  onView: (change: Partial<LogViewState>) => void;
  /** Changes when a source starts anew: an ended log goes on. */
  runKey?: string;
}

const idleView: LogSessionView = {
  state: 'opening',
  following: true,
  newRows: 0,
  held: false,
  loadingOlder: false,
  cutBelow: false,
  rewound: false,
};

/** The log of one or several containers, over any engines. Fills its parent, which must be a flex column. */
export function LogViewer({ sources, view: asked, onView, runKey }: LogViewerProps) {
  const { csrfToken } = useAccount();
  const [preferences, setPreferences] = useLogPreferences();
  const [layout] = useState<LogLayout>({ wrap: true, columns: 100 });
  layout.wrap = preferences.wrap;
  const [session, setSession] = useState<LogSession>();
  const [rangeOpen, setRangeOpen] = useState(false);
  const [selection, setSelection] = useState<{ from: number; to: number; first: number }>();
  const [focus, setFocus] = useState<{ key: number }>();
  const focusKey = focus?.key;
  const findBox = useRef<HTMLInputElement>(null);
  const sourcesKey = sources.map(({ engine, container }) => `${engine}/${container}`).join(' ');

  // biome-ignore lint/correctness/useExhaustiveDependencies: sources by value
  useEffect(() => {
    if (sources.length === 0) return;
    const now = Date.now();
    const opened = openLogSession(
      getSocket(),
      {
        sources: sources.map(({ engine, container }) => ({ engine, container })),
        stdout: asked.stdout,
        stderr: asked.stderr,
        tail: asked.tail,
        since: parseTimeBound(asked.since, now),
        until: parseTimeBound(asked.until, now),
      },
      (row) => estimateRow(layout, row),
    );
    setSession(opened);
    setSelection(undefined);
    setFocus(undefined);
    return () => opened.stop();
  }, [sourcesKey, asked.stdout, asked.stderr, asked.tail, asked.since, asked.until, layout]);

  // A followed log outlives a restart by itself; one that had ended goes on when its container does.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the occasion
  useEffect(() => session?.goOn(), [session, runKey]);

  const view = useSyncExternalStore(
    useCallback((listener) => session?.subscribe(listener) ?? (() => {}), [session]),
    () => session?.view() ?? idleView,
    () => idleView,
  );

  const { term, setTerm, matcher, problem } = useTerm(asked, onView);
  const found = useLoadedMatches(session, matcher);
  const whole = useLogSearch();
  const at = focusKey === undefined ? 0 : found.keys.indexOf(focusKey) + 1;

  const step = useCallback(
    (by: 1 | -1) => {
      const { keys } = found;
      if (keys.length === 0) return;
      const here = focusKey === undefined ? (by < 0 ? keys.length : -1) : keys.indexOf(focusKey);
      const key = keys[(here + by + keys.length) % keys.length];
      if (key !== undefined) setFocus({ key });
    },
    [found, focusKey],
  );
  const searchWhole = useCallback(() => {
    if (term.pattern === '') return;
    const now = Date.now();
    whole.start({
      sources: sources.map(({ engine, container }) => ({ engine, container })),
      ...term,
      since: bound(asked.since, now),
      until: bound(asked.until, now),
      limit: searchLimit,
    });
  }, [sources, term, asked.since, asked.until, whole.start]);
  const goTo = useCallback(
    (line: LogLine) => {
      setFocus(undefined);
      session?.goTo(line);
    },
    [session],
  );
  useEffect(() => {
    if (view.reveal === undefined) return;
    setFocus({ key: view.reveal });
    session?.revealed();
  }, [view.reveal, session]);
  const follow = useCallback(
    (on: boolean) => {
      if (on) setFocus(undefined);
      session?.follow(on);
    },
    [session],
  );
  const select = useCallback((key: number, extend: boolean) => {
    setSelection((before) => {
      if (extend && before)
        return { first: before.first, from: Math.min(key, before.first), to: Math.max(key, before.first) };
      return before?.from === key && before.to === key ? undefined : { first: key, from: key, to: key };
    });
  }, []);
  const copy = useCallback(() => {
    if (!session || !selection) return;
    const { buffer } = session;
    const rows = buffer.slice(buffer.indexOfKey(selection.from), buffer.indexOfKey(selection.to + 1));
    const text = rows.map((row) => stripSgr(row.text)).join('\n');
    copyText(text).then(
      () => toast.success(rows.length === 1 ? 'Line copied' : `${rows.length} lines copied`),
      () => toast.error('The browser did not allow copying'),
    );
    setSelection(undefined);
  }, [session, selection]);
  const selectedCount =
    session && selection ? session.buffer.indexOfKey(selection.to + 1) - session.buffer.indexOfKey(selection.from) : 0;

  const toTop = () => {
    const key = session?.buffer.at(0)?.key;
    if (key !== undefined) setFocus({ key });
  };
  useHotkeys('Logs', [
    { key: '/', label: 'Find', run: () => findBox.current?.select() },
    { key: 'f', label: 'Follow', run: () => follow(!view.following) },
    { key: 'G', label: 'To the newest line', run: () => session?.jumpToLive() },
    { key: 'End', label: 'To the newest line', silent: true, run: () => session?.jumpToLive() },
    { key: 'g', label: 'To the oldest loaded line', run: toTop },
    { key: 'w', label: 'Wrap', run: () => setPreferences({ wrap: !preferences.wrap }) },
    { key: 't', label: 'Times: mine, UTC, none', run: () => setPreferences({ times: nextTimes[preferences.times] }) },
    { key: 'c', label: 'Copy marked lines', run: copy },
    { key: 'Escape', label: 'Unmark lines', run: () => setSelection(undefined) },
  ]);

  const labels = useMemo(() => (sources.length > 1 ? sources.map(({ label }) => label) : undefined), [sources]);
  const downloads = useMemo(
    () =>
      sources.map((source) => ({
        label: source.label,
        run: (timestamps: boolean) => {
          const path = wholeLogPath(source.container, { stdout: asked.stdout, stderr: asked.stderr, timestamps });
          downloadFromEngine(csrfToken, source.engine, path, `${source.label.replaceAll('/', '-')}.log`);
        },
      })),
    [sources, asked.stdout, asked.stderr, csrfToken],
  );
  const openRange = useCallback(() => setRangeOpen((open) => !open), []);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b bg-panel px-3 py-1.5">
        <LogFind
          inputRef={findBox}
          term={term}
          onTerm={setTerm}
          problem={problem}
          at={at}
          count={found.keys.length}
          searching={found.searching}
          onStep={step}
          onWhole={searchWhole}
        />
        <LogToolbar
          preferences={preferences}
          onPreferences={setPreferences}
          following={view.following}
          canFollow={asked.until === ''}
          onFollow={follow}
          rangeOpen={rangeOpen}
          isRanged={asked.since !== '' || asked.until !== '' || asked.stdout !== asked.stderr}
          onRange={openRange}
          selectedCount={selectedCount}
          onCopy={copy}
          downloads={downloads}
        />
      </div>
      {rangeOpen && <LogRange value={asked} onChange={onView} />}
      <div className="relative flex min-h-0 flex-1 flex-col">
        {session && (
          <LogViewport
            session={session}
            view={view}
            layout={layout}
            labels={labels}
            times={preferences.times}
            wrap={preferences.wrap}
            matcher={matcher}
            focus={focus}
            selection={selection}
            onSelect={select}
            head={<Head session={session} view={view} />}
            foot={<Foot session={session} view={view} />}
          />
        )}
        {!view.following && (view.newRows > 0 || view.held || view.cutBelow || view.rewound) && (
          <Button
            tone="primary"
            className="-translate-x-1/2 absolute bottom-3 left-1/2 rounded-full shadow-float"
            onClick={() => {
              setFocus(undefined);
              session?.jumpToLive();
            }}
          >
            <ArrowDown />
            {view.rewound
              ? 'Jump to live'
              : view.held
                ? 'Paused with more waiting: jump to live'
                : view.newRows > 0
                  ? `${view.newRows.toLocaleString('en-US')} new ${view.newRows === 1 ? 'line' : 'lines'}`
                  : 'Jump to live'}
          </Button>
        )}
      </div>
      {whole.search.request && (
        <LogSearchResults
          search={whole.search}
          labels={labels}
          times={preferences.times}
          matcher={matcher}
          onGo={goTo}
          onCancel={whole.cancel}
          onClose={whole.clear}
        />
      )}
    </div>
  );
}

// A whole-log search takes times as the engine does.
function bound(text: string, nowMs: number): string | undefined {
  const time = parseTimeBound(text, nowMs);
  return time === undefined ? undefined : toEngineSeconds(time);
}

const nextTimes = { local: 'utc', utc: 'off', off: 'local' } as const;

/** The search term as typed, its compiled form a moment later, and the address after that. */
function useTerm(asked: LogViewState, onView: (change: Partial<LogViewState>) => void) {
  const [term, setTerm] = useState<SearchTerm>({
    pattern: asked.find,
    regex: asked.regex,
    caseSensitive: asked.caseSensitive,
  });
  const [compiled, setCompiled] = useState<{ matcher: Matcher | null; problem?: string }>({ matcher: null });
  const write = useRef(onView);
  write.current = onView;
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      compileMatcher(term).then(
        (matcher) => current && setCompiled({ matcher }),
        (cause: unknown) => current && setCompiled({ matcher: null, problem: regexProblem(cause) }),
      );
      write.current({ find: term.pattern, regex: term.regex, caseSensitive: term.caseSensitive });
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [term]);
  return { term, setTerm, ...compiled };
}

// RE2 repeats the expression with the flag that we put before it.
function regexProblem(cause: unknown): string {
  return shownError(cause).message.replace('(?i)', '');
}

function Head({ session, view }: { session: LogSession; view: LogSessionView }) {
  if (view.state === 'opening') return <Working text="Opening the log" />;
  if (view.loadingOlder) return <Working text="Loading older lines" />;
  if (view.olderEnd === 'start') return <span>The log begins here.</span>;
  if (view.olderEnd) return <span className="text-bad">Older lines could not be loaded: {view.olderEnd.message}</span>;
  if (session.buffer.size === 0) return <span>{view.state === 'live' ? 'Nothing has been written yet.' : ''}</span>;
  const { droppedTop } = session.buffer;
  return (
    <span className="flex items-center gap-2">
      {droppedTop > 0 &&
        `${droppedTop.toLocaleString('en-US')} older ${droppedTop === 1 ? 'line was' : 'lines were'} let go here to spare memory.`}
      <button
        type="button"
        className="underline decoration-line-strong underline-offset-2 hover:text-ink"
        onClick={() => {
          session.anchor(session.buffer.at(0)?.key ?? 0);
          session.follow(false);
          session.loadOlder();
        }}
      >
        Load older lines
      </button>
    </span>
  );
}

function Foot({ session, view }: { session: LogSession; view: LogSessionView }) {
  const text = {
    opening: '',
    live: view.cutBelow ? 'Newer lines were let go to make room.' : '',
    ended: view.problem?.message ?? 'The log ends here.',
    failed: view.problem?.message ?? 'The log could not be opened.',
    offline: 'The connection to the console is lost; the log goes on when it is back.',
  }[view.state];
  if (text === '') return null;
  return (
    <div
      role="status"
      className={`sticky left-0 flex flex-wrap items-center gap-3 px-3 py-2 font-sans ${view.state === 'failed' ? 'text-bad' : 'text-ink-faint'}`}
    >
      {text}
      <AuditId id={view.problem?.auditId} />
      {(view.state === 'failed' || view.cutBelow) && (
        <Button size="sm" onClick={() => session.jumpToLive()}>
          {view.state === 'failed' ? 'Try again' : 'Jump to live'}
        </Button>
      )}
    </div>
  );
}

function Working({ text }: { text: string }) {
  return (
    <span className="flex items-center gap-2" role="status">
      <Spinner />
      {text}
    </span>
  );
}
