import { type ReactNode, useId } from 'react';
import { cn } from './cn.ts';

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  className?: string;
  /** Gets the id that the label points to and what describes it: `(id, describedBy) => <Input id={id} ... />`. */
  children: (id: string, describedBy: string | undefined) => ReactNode;
}

/** Label, control, and below it the error or the hint. */
export function Field({ label, hint, error, className, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const note = error ?? hint;
  return (
    <div className={cn('space-y-1', className)}>
      <label htmlFor={id} className="block font-medium text-ink-soft text-xs">
        {label}
      </label>
      {children(id, note ? noteId : undefined)}
      {note && (
        <p
          id={noteId}
          role={error ? 'alert' : undefined}
          className={cn('text-xs', error ? 'text-bad' : 'text-ink-faint')}
        >
          {note}
        </p>
      )}
    </div>
  );
}
