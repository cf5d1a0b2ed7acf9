'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';

/** Copies `text`; shows a tick for a moment. */
export function CopyButton({ text, label = 'Copy', className }: { text: string; label?: string; className?: string }) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1500);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <Button
      tone="quiet"
      size="icon"
      className={cn('size-6 [&_svg]:size-3.5', className)}
      aria-label={state === 'done' ? 'Copied' : state === 'failed' ? 'Could not copy' : label}
      title={state === 'failed' ? 'The browser did not allow it' : label}
      onClick={(event) => {
        event.stopPropagation();
        copyText(text).then(
          () => setState('done'),
          () => setState('failed'),
        );
      }}
    >
      {state === 'done' ? <Check className="text-ok" /> : <Copy />}
    </Button>
  );
}

/** navigator.clipboard exists on https and localhost only; consoles on a LAN run on plain http. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside an open dialog focus is trapped: the area must live there too.
  (document.querySelector('[role="dialog"]') ?? document.body).append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('The browser did not allow it.');
}
