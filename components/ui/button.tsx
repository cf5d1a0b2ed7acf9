import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

/** Also for links that look like buttons: `<Link className={buttonClass({ tone: 'primary' })}>`. */
export const buttonClass = cva(
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50 [&_svg]:size-3.5 [&_svg]:shrink-0',
  {
    variants: {
      tone: {
        primary: 'bg-accent text-accent-ink hover:bg-accent-hover',
        plain: 'border border-line-strong bg-panel text-ink hover:bg-hover',
        quiet: 'text-ink-soft hover:bg-hover hover:text-ink aria-pressed:bg-hover aria-pressed:text-ink',
        danger: 'bg-bad-solid text-white hover:brightness-110',
      },
      size: {
        md: 'h-8 px-3 text-sm',
        sm: 'h-7 px-2 text-xs',
        icon: 'size-7 [&_svg]:size-4',
      },
    },
    defaultVariants: { tone: 'plain', size: 'md' },
  },
);

interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof buttonClass> {
  /** Shows that it works and can't be pressed again. */
  busy?: boolean;
}

export function Button({ tone, size, busy, className, children, type = 'button', disabled, ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      className={cn(buttonClass({ tone, size }), className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      {...rest}
    >
      {busy && <Spinner />}
      {children}
    </button>
  );
}

export function Spinner({ className }: { className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={cn(
        'inline-block size-3.5 shrink-0 animate-spin rounded-full border-2 border-current border-r-transparent',
        className,
      )}
    />
  );
}
