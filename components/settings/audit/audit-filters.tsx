'use client';
import { useEffect, useRef, useState } from 'react';
import { useEngines } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { Input, Select } from '#components/ui/input.tsx';
import type { AuditFilter } from './audit-query.ts';

const outcomes = [
  ['', 'any result'],
  ['done', 'done'],
  ['denied', 'denied'],
  ['failed', 'failed'],
  ['pending', 'running'],
  ['unknown', 'outcome unknown'],
] as const;
const typingMs = 250;

export function AuditFilters({
  filter,
  onChange,
}: {
  filter: AuditFilter;
  onChange: (change: Partial<AuditFilter>) => void;
}) {
  const engines = useEngines() ?? [];
  const isSet = Object.values(filter).some(Boolean);
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 pb-3 sm:px-4">
      <TypedInput
        label="Search person, object, reason"
        value={filter.text}
        onChange={(text) => onChange({ text })}
        className="w-64 max-sm:w-full"
      />
      <TypedInput
        label="Operation, e.g. container.*"
        value={filter.operation}
        onChange={(operation) => onChange({ operation })}
        className="w-44"
      />
      <Select
        aria-label="Result"
        className="w-36"
        value={filter.outcome}
        onChange={(event) => onChange({ outcome: event.target.value })}
      >
        {outcomes.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
      <Select
        aria-label="Engine"
        className="w-36"
        value={filter.engine}
        onChange={(event) => onChange({ engine: event.target.value })}
      >
        <option value="">any engine</option>
        {engines.map(({ id, name }) => (
          <option key={id} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <div className="flex items-center gap-2">
        <Input
          type="date"
          aria-label="From"
          className="w-36"
          value={filter.from}
          max={filter.to || undefined}
          onChange={(event) => onChange({ from: event.target.value })}
        />
        <span className="text-ink-faint">to</span>
        <Input
          type="date"
          aria-label="To"
          className="w-36"
          value={filter.to}
          min={filter.from || undefined}
          onChange={(event) => onChange({ to: event.target.value })}
        />
      </div>
      {isSet && (
        <Button
          tone="quiet"
          onClick={() => onChange({ text: '', outcome: '', operation: '', engine: '', from: '', to: '' })}
        >
          Clear
        </Button>
      )}
    </div>
  );
}

/** Tells what was typed once typing pauses: each change is a question to the database. */
function TypedInput(props: { label: string; value: string; onChange: (value: string) => void; className: string }) {
  const { label, value, onChange, className } = props;
  const [typed, setTyped] = useState(value);
  // What we told ourselves comes back late, when more has been typed; only what others set is taken over.
  const told = useRef(value);
  useEffect(() => {
    if (value !== told.current) setTyped(value);
    told.current = value;
  }, [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only typing starts the wait; onChange is new at each render
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => {
      told.current = typed;
      onChange(typed);
    }, typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Input
      aria-label={label}
      placeholder={label}
      className={className}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}
