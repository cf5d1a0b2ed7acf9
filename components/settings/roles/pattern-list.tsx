'use client';
import { X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { openPatterns, operationsOf, patternProblem } from './patterns.ts';

/** The patterns with a star, which also name what a later version of the console brings. */
export function PatternList(props: { patterns: readonly string[]; onChange: (patterns: readonly string[]) => void }) {
  const { patterns, onChange } = props;
  const [typed, setTyped] = useState('');
  const problem = typed.trim() ? patternProblem(typed.trim()) : undefined;
  const add = () => {
    const pattern = typed.trim();
    if (!pattern || patternProblem(pattern)) return;
    // What the pattern names need not stand there by name as well.
    const named = new Set<string>(operationsOf([pattern]));
    onChange([...patterns.filter((each) => each !== pattern && !named.has(each)), pattern]);
    setTyped('');
  };
  return (
    <div className="mt-3 space-y-2">
      <Field
        label="Patterns"
        error={problem}
        hint="container.* or *.list: names also what a later version brings. Unticking an operation that one names replaces it by the others."
        className="max-w-xl"
      >
        {(id, note) => (
          <div className="flex gap-2">
            <Input
              id={id}
              aria-describedby={note}
              aria-invalid={problem ? true : undefined}
              className="font-mono text-xs"
              placeholder="container.*"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              onKeyDown={(event) => {
                // Enter adds the pattern; it must not send the form around it.
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
            />
            <Button onClick={add} disabled={!typed.trim() || problem !== undefined}>
              Add pattern
            </Button>
          </div>
        )}
      </Field>
      <ul className="flex flex-wrap gap-1.5 empty:hidden">
        {openPatterns(patterns).map((pattern) => (
          <li key={pattern} className="flex items-center gap-1 rounded-sm bg-selected py-0.5 pr-0.5 pl-2">
            <code className="font-mono text-xs">{pattern}</code>
            <Button
              tone="quiet"
              size="icon"
              className="size-5 [&_svg]:size-3"
              aria-label={`Remove ${pattern}`}
              onClick={() => onChange(patterns.filter((each) => each !== pattern))}
            >
              <X />
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
