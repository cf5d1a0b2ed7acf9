'use client';
import { useState } from 'react';
import { useInventory } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select } from '#components/ui/input.tsx';
import type { RecordingRule, TrailSettings } from '#lib/shared/trail.ts';
import { Section } from '../section.tsx';
import { orToast } from '../use-api.ts';
import { useTrailChange } from './trail-data.ts';

/** Whose terminals are recorded: on all engines, on those with a tag, on single ones. */
export function RecordingRules({ settings }: { settings: TrailSettings }) {
  const change = useTrailChange();
  const engines = Object.values(useInventory((state) => state.engines) ?? {});
  const tags = [...new Set(engines.flatMap((engine) => engine.tags))].sort();
  const [next, setNext] = useState('');
  const { recordingRules: rules, recordInput } = settings;
  const save = (recordingRules: RecordingRule[]) => orToast(change({ recordingRules }), 'Saved, for new terminals.');
  const label = ({ kind, value }: RecordingRule) => {
    if (kind === 'all') return 'Every engine';
    if (kind === 'tag') return `Engines tagged ${value}`;
    return `Engine ${engines.find(({ id }) => id === value)?.name ?? value}`;
  };
  const choices: RecordingRule[] = [
    { kind: 'all', value: '' },
    ...tags.map((value): RecordingRule => ({ kind: 'tag', value })),
    ...engines.map(({ id }): RecordingRule => ({ kind: 'engine', value: id })),
  ];
  const isThere = (rule: RecordingRule) => rules.some(({ kind, value }) => kind === rule.kind && value === rule.value);
  const free = choices.filter((choice) => !isThere(choice));
  const chosen = free.find((choice) => JSON.stringify(choice) === next) ?? free[0];
  return (
    <Section
      title="Recorded terminals"
      intro="Exec and attach on these engines are recorded, from this page and from the docker CLI alike. Whoever opens a terminal reads so in its first line; a terminal that can’t be recorded is not opened."
    >
      <div className="max-w-2xl space-y-3">
        {rules.length === 0 ? (
          <p className="text-ink-soft">Nothing is recorded.</p>
        ) : (
          <ul className="divide-y rounded-md border">
            {rules.map((rule) => (
              <li key={JSON.stringify(rule)} className="flex items-center gap-2 py-1 pr-1 pl-3">
                <span className="min-w-0 flex-1 truncate">{label(rule)}</span>
                <Button size="sm" tone="quiet" onClick={() => void save(rules.filter((one) => one !== rule))}>
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
        {chosen && (
          <div className="flex gap-2">
            <Select
              aria-label="Where to record"
              className="max-w-72"
              value={JSON.stringify(chosen)}
              onChange={(event) => setNext(event.target.value)}
            >
              {free.map((choice) => (
                <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>
                  {label(choice)}
                </option>
              ))}
            </Select>
            <Button onClick={() => void save([...rules, chosen])}>Record there</Button>
          </div>
        )}
        <Field
          label="What is typed"
          hint="A password prompt switches the echo off, so what is typed there never comes back as output and is not kept."
        >
          {(id, note) => (
            <Select
              id={id}
              aria-describedby={note}
              className="max-w-72"
              value={recordInput}
              onChange={(event) =>
                void orToast(change({ recordInput: event.target.value === 'none' ? 'none' : 'echoed' }), 'Saved.')
              }
            >
              <option value="echoed">Kept, where the terminal shows it</option>
              <option value="none">Not kept</option>
            </Select>
          )}
        </Field>
      </div>
    </Section>
  );
}
