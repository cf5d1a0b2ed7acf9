'use client';
import * as Radix from 'radix-ui/tooltip';
import type { ReactElement, ReactNode } from 'react';
import { Kbd } from './kbd.tsx';

/** Wraps the whole page once. */
export function TooltipProvider({ children }: { children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={350} skipDelayDuration={150}>
      {children}
    </Radix.Provider>
  );
}

/** A few words on hover or focus. The child must take a ref and still needs its own aria-label if it has no text. */
export function Tooltip(props: {
  label: ReactNode;
  hotkey?: string;
  children: ReactElement;
  side?: 'top' | 'right' | 'bottom' | 'left';
}) {
  const { label, hotkey, children, side = 'bottom' } = props;
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={5}
          collisionPadding={8}
          className="animate-fade z-50 flex max-w-72 items-center gap-2 rounded-md border border-line-strong bg-panel px-2 py-1 text-xs shadow-float"
        >
          <span className="break-words">{label}</span>
          {hotkey && <Kbd>{hotkey}</Kbd>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
