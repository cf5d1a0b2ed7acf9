'use client';
import { type LogSource, LogViewer } from './log-viewer.tsx';
import { useLogView } from './use-log-view.ts';

/** A log view whose range and search stand in the address. */
export function LogsWithView({ sources, runKey }: { sources: readonly LogSource[]; runKey?: string }) {
  const [view, change] = useLogView();
  return <LogViewer sources={sources} view={view} onView={change} runKey={runKey} />;
}
