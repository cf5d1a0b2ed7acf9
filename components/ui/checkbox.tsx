'use client';
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';
import { cn } from './cn.ts';

interface CheckboxProps extends Omit<ComponentProps<'input'>, 'type'> {
  /** Some, but not all. */
  indeterminate?: boolean;
}

export function Checkbox({ indeterminate = false, className, ...rest }: CheckboxProps) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <input
      ref={ref}
      type="checkbox"
      className={cn('size-3.5 shrink-0 cursor-pointer accent-accent', className)}
      {...rest}
    />
  );
}

/** A checkbox with its words; the whole line can be pressed. */
export function CheckboxLine({ label, hint, ...rest }: CheckboxProps & { label: ReactNode; hint?: ReactNode }) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex cursor-pointer items-start gap-2.5 py-1">
      <Checkbox id={id} className="mt-[3px]" {...rest} />
      <span>
        {label}
        {hint && <span className="block text-ink-faint text-xs">{hint}</span>}
      </span>
    </label>
  );
}
