import { useId, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import { parseTimeBound } from './log-time.ts';
import { defaultLogView, type LogViewState, tailChoices } from './log-url.ts';

interface LogRangeProps {
  value: LogViewState;
  onChange: (change: Partial<LogViewState>) => void;
}

/** Which part of the log: how much of its end, since when, until when, which stream. */
export function LogRange({ value, onChange }: LogRangeProps) {
  const id = useId();
  const [since, setSince] = useState(value.since);
  const [until, setUntil] = useState(value.until);
  const isBad = (text: string) => text.trim() !== '' && parseTimeBound(text, Date.now()) === undefined;
  const streams = value.stdout === value.stderr ? 'both' : value.stdout ? 'stdout' : 'stderr';
  return (
    <form
      className="flex flex-wrap items-end gap-x-3 gap-y-2 border-b bg-panel px-3 py-2 text-xs"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBad(since) && !isBad(until)) onChange({ since: since.trim(), until: until.trim() });
      }}
    >
      <label htmlFor={`${id}tail`} className="space-y-1">
        <span className="block text-ink-soft">Begin with the last</span>
        <Select
          id={`${id}tail`}
          className="h-7 w-32 text-xs"
          value={value.tail}
          onChange={(event) => onChange({ tail: Number(event.target.value) })}
        >
          {[...new Set<number>([...tailChoices, value.tail])]
            .sort((a, b) => a - b)
            .map((tail) => (
              <option key={tail} value={tail}>
                {tail.toLocaleString('en-US')} lines
              </option>
            ))}
        </Select>
      </label>
      <TimeField id={`${id}since`} label="Since" value={since} onChange={setSince} isBad={isBad(since)} />
      <TimeField id={`${id}until`} label="Until" value={until} onChange={setUntil} isBad={isBad(until)} />
      <label htmlFor={`${id}streams`} className="space-y-1">
        <span className="block text-ink-soft">Streams</span>
        <Select
          id={`${id}streams`}
          className="h-7 w-44 text-xs"
          value={streams}
          onChange={(event) =>
            onChange({ stdout: event.target.value !== 'stderr', stderr: event.target.value !== 'stdout' })
          }
        >
          <option value="both">stdout and stderr</option>
          <option value="stdout">stdout only</option>
          <option value="stderr">stderr only</option>
        </Select>
      </label>
      <div className="flex gap-1.5">
        <Button type="submit" size="sm" tone="primary" disabled={isBad(since) || isBad(until)}>
          Apply
        </Button>
        <Button
          size="sm"
          onClick={() => {
            setSince('');
            setUntil('');
            onChange({ ...defaultLogView, sources: value.sources, find: value.find });
          }}
        >
          Reset
        </Button>
      </div>
      <p className="basis-full text-2xs text-ink-faint">
        Times as 15m, 2h, 3d ago, or 2026-01-31 14:00 in your own zone. With an end, the log is not followed.
      </p>
    </form>
  );
}

function TimeField(props: { id: string; label: string; value: string; onChange: (v: string) => void; isBad: boolean }) {
  return (
    <label htmlFor={props.id} className="space-y-1">
      <span className="block text-ink-soft">{props.label}</span>
      <Input
        id={props.id}
        className="h-7 w-40 font-mono text-xs"
        placeholder="2h or a date"
        value={props.value}
        aria-invalid={props.isBad}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </label>
  );
}
