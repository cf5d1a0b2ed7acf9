import { cva, type VariantProps } from 'class-variance-authority';
import type { ComponentProps } from 'react';
import { cn } from './cn.ts';

const badgeClass = cva(
  'inline-flex h-[18px] max-w-full items-center gap-1 truncate rounded-sm px-1.5 text-2xs font-medium',
  {
    variants: {
      tone: {
        plain: 'bg-idle-bg text-ink-soft',
        ok: 'bg-ok-bg text-ok',
        warn: 'bg-warn-bg text-warn',
        bad: 'bg-bad-bg text-bad',
        info: 'bg-info-bg text-info',
        accent: 'bg-selected text-accent-text',
      },
    },
    defaultVariants: { tone: 'plain' },
  },
);

export type BadgeTone = NonNullable<VariantProps<typeof badgeClass>['tone']>;

export function Badge({ tone, className, ...rest }: ComponentProps<'span'> & VariantProps<typeof badgeClass>) {
  return <span className={cn(badgeClass({ tone }), className)} {...rest} />;
}
