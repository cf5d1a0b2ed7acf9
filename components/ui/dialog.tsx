'use client';
import { X } from 'lucide-react';
import * as Radix from 'radix-ui/dialog';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons; stay in sight when the body scrolls. */
  footer?: ReactNode;
  wide?: boolean;
  /** A drawer from the right instead of a box in the middle (from below on a phone). */
  side?: boolean;
}

const box =
  'animate-rise left-1/2 top-[12vh] max-h-[80vh] w-[calc(100vw-24px)] max-w-md -translate-x-1/2 rounded-lg max-sm:top-auto max-sm:bottom-3';
const drawer = 'animate-slide right-0 top-0 h-dvh w-full max-w-lg border-l';

/** Modal dialog or drawer: focus is kept inside, Escape closes, the title is announced. */
export function Dialog({ open, onOpenChange, title, description, children, footer, wide, side }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="animate-fade fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          className={cn(
            'fixed z-50 flex flex-col border border-line bg-panel shadow-float outline-none',
            side ? drawer : box,
            wide && 'max-w-2xl',
          )}
          onOpenAutoFocus={focusFirst}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="flex items-start gap-3 border-b px-4 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="break-words font-semibold text-base">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-0.5 break-words text-ink-soft">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <Button tone="quiet" size="icon" aria-label="Close" className="-mr-1.5">
                <X />
              </Button>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">{children}</div>
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Not the cross in the corner, as Enter would then close what was just opened: the first field, else the main button. */
function focusFirst(event: Event) {
  const content = event.currentTarget;
  if (!(content instanceof HTMLElement)) return;
  const first =
    content.querySelector<HTMLElement>(':scope > div :is(input, select, textarea):not(:disabled)') ??
    content.querySelector<HTMLElement>(':scope > footer button[type="submit"]:not(:disabled)');
  event.preventDefault();
  (first ?? content).focus();
}

/** A drawer from the right. */
export function Sheet(props: Omit<DialogProps, 'side'>) {
  return <Dialog side {...props} />;
}
