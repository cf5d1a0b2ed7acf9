import { ArrowDownToLine, Clock, Copy, Download, SlidersHorizontal, WrapText } from 'lucide-react';
import { memo } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuCheck, MenuItem, MenuLabel } from '#components/ui/menu.tsx';
import type { LogPreferences } from './log-url.ts';

interface LogToolbarProps {
  preferences: LogPreferences;
  onPreferences: (change: Partial<LogPreferences>) => void;
  following: boolean;
  canFollow: boolean;
  onFollow: (on: boolean) => void;
  rangeOpen: boolean;
  /** Not all of the log is asked for: tail aside, a range or one stream only. */
  isRanged: boolean;
  onRange: () => void;
  selectedCount: number;
  onCopy: () => void;
  /** One entry a source. */
  downloads: readonly { label: string; run: (timestamps: boolean) => void }[];
}

const timeLabels = { local: 'My time zone', utc: 'UTC', off: 'No times' } as const;

/** Everything that changes how the log is read, right of the search box. */
export const LogToolbar = memo(function LogToolbar(props: LogToolbarProps) {
  const { preferences, onPreferences, following, canFollow, onFollow, selectedCount } = props;
  return (
    <div role="toolbar" aria-label="Log view" className="flex flex-wrap items-center gap-1">
      {selectedCount > 0 && (
        <Button size="sm" onClick={props.onCopy} title="Copy the marked lines (c)">
          <Copy />
          Copy {selectedCount === 1 ? 'line' : `${selectedCount.toLocaleString('en-US')} lines`}
        </Button>
      )}
      {canFollow && (
        <Button
          size="sm"
          tone="quiet"
          aria-pressed={following}
          onClick={() => onFollow(!following)}
          title="Stay at the newest line (f)"
        >
          <ArrowDownToLine />
          Follow
        </Button>
      )}
      <Button
        size="sm"
        tone="quiet"
        aria-pressed={preferences.wrap}
        onClick={() => onPreferences({ wrap: !preferences.wrap })}
        title="Wrap long lines (w)"
      >
        <WrapText />
        <span className="max-sm:sr-only">Wrap</span>
      </Button>
      <Menu
        trigger={
          <Button size="sm" tone="quiet" title="How times are shown (t)">
            <Clock />
            <span className="max-sm:sr-only">{timeLabels[preferences.times]}</span>
          </Button>
        }
      >
        <MenuLabel>Times</MenuLabel>
        {(['local', 'utc', 'off'] as const).map((times) => (
          <MenuCheck key={times} checked={preferences.times === times} onCheckedChange={() => onPreferences({ times })}>
            {timeLabels[times]}
          </MenuCheck>
        ))}
      </Menu>
      <Button
        size="sm"
        tone="quiet"
        aria-pressed={props.rangeOpen}
        aria-expanded={props.rangeOpen}
        onClick={props.onRange}
        title="Which part of the log"
      >
        <SlidersHorizontal />
        <span className="max-sm:sr-only">Range</span>
        {props.isRanged && <span className="size-1.5 rounded-full bg-accent" title="Only a part is shown" />}
      </Button>
      <Menu
        trigger={
          <Button size="sm" tone="quiet" title="Download the whole log">
            <Download />
            <span className="max-sm:sr-only">Download</span>
          </Button>
        }
      >
        <MenuLabel>The whole log, as text</MenuLabel>
        {props.downloads.map((download) => (
          <MenuItem key={`${download.label}-times`} onSelect={() => download.run(true)}>
            {download.label} with times
          </MenuItem>
        ))}
        {props.downloads.map((download) => (
          <MenuItem key={`${download.label}-plain`} onSelect={() => download.run(false)}>
            {download.label} without times
          </MenuItem>
        ))}
      </Menu>
    </div>
  );
});
