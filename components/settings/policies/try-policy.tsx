'use client';
import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CircleX } from 'lucide-react';
import { useState } from 'react';
import { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';
import { doorFetch } from '#components/live/door.ts';
import { shownError } from '#components/live/errors.ts';
import { useRows } from '#components/live/inventory-store.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Select, Textarea } from '#components/ui/input.tsx';
import { Section } from '../section.tsx';
import type { rulesOf } from './rules-draft.ts';

const answer = z.object({ violations: z.array(z.object({ field: z.string(), wrong: z.string() })) });
const containersMax = 500;

/** Which rules of the form would refuse a container; nothing is made. */
export function TryPolicy({ found }: { found: ReturnType<typeof rulesOf> }) {
  const containers = useRows('container') ?? [];
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  const attempt = useMutation({
    mutationFn: async () => {
      if ('problem' in found) throw new Error(found.problem);
      const [engine = '', id = ''] = chosen.split(' ');
      const request: unknown = chosen
        ? await doorFetch(engine, 'GET', `/containers/${encodeURIComponent(id)}/json`)
        : parse(text);
      return answer.parse(await apiFetch('POST', '/api/policies/try', { rules: found.rules, request }));
    },
  });
  return (
    <Section title="Try it" intro="Which rules, as they stand above, would refuse this container? Nothing is made.">
      <div className="max-w-3xl space-y-3">
        <Field label="A container that is there">
          {(id) => (
            <Select id={id} value={chosen} onChange={({ target }) => setChosen(target.value)}>
              <option value="">none: what is pasted below</option>
              {containers.slice(0, containersMax).map((row) => (
                <option key={`${row.engine} ${row.id}`} value={`${row.engine} ${row.id}`}>
                  {row.name} on {row.engine}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {chosen === '' && (
          <Field label="JSON" hint="What is sent to create a container, or what docker inspect says of one.">
            {(id, note) => (
              <Textarea
                id={id}
                aria-describedby={note}
                rows={6}
                placeholder={'{"Image": "redis", "HostConfig": {"Binds": ["/etc:/host-etc"]}}'}
                value={text}
                onChange={({ target }) => setText(target.value)}
              />
            )}
          </Field>
        )}
        <Button
          onClick={() => attempt.mutate()}
          busy={attempt.isPending}
          disabled={chosen === '' && text.trim() === ''}
        >
          Try
        </Button>
        <div aria-live="polite">
          {attempt.isError && <p className="break-words text-bad">{shownError(attempt.error).message}</p>}
          {attempt.data?.violations.length === 0 && (
            <p className="flex items-center gap-2 text-ok">
              <CircleCheck aria-hidden="true" className="size-4" /> Nothing would be refused.
            </p>
          )}
          <ul className="space-y-1">
            {attempt.data?.violations.map(({ field, wrong }) => (
              <li key={`${field} ${wrong}`} className="flex gap-2">
                <CircleX aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-bad" />
                <span className="min-w-0 break-words">
                  <code className="font-mono text-xs">{field}</code>: {wrong}
                </span>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </Section>
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('This is not JSON.');
  }
}
