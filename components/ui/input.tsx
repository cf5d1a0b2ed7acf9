import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

export const inputClass =
  'w-full min-w-0 rounded-md border border-line-strong bg-panel px-2.5 text-sm text-ink outline-offset-0 disabled:opacity-60 aria-invalid:border-bad max-sm:text-[16px]';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cn(inputClass, 'h-8', className)} autoComplete="off" spellCheck={false} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<'textarea'>) {
  return (
    <textarea className={cn(inputClass, 'min-h-20 py-1.5 font-mono text-xs', className)} spellCheck={false} {...rest} />
  );
}

/** The native one: right on a phone, with the keyboard and for screen readers, and free. */
export function Select({ className, children, ...rest }: ComponentProps<'select'>) {
  return (
    <select className={cn(inputClass, 'h-8 pr-7', className)} {...rest}>
      {children}
    </select>
  );
}
