'use client';
import { useEffect } from 'react';
import { toast as sonner, Toaster } from 'sonner';
import { setToastSink } from '#components/ui/toast.ts';
import { useResolvedTheme } from './use-theme.ts';

/** Shows the toasts; loaded with the first one. */
export function Toasts() {
  const theme = useResolvedTheme();
  useEffect(() => setToastSink(({ kind, message, ...options }) => void sonner[kind](message, options)), []);
  return (
    <Toaster
      theme={theme}
      position="bottom-right"
      mobileOffset={{ bottom: 68 }}
      toastOptions={{
        style: {
          background: 'var(--panel)',
          color: 'var(--ink)',
          borderColor: 'var(--line-strong)',
          fontFamily: 'inherit',
          fontSize: 13,
          boxShadow: 'var(--shadow)',
        },
        classNames: {
          description: 'break-words !text-ink-soft',
          actionButton: '!bg-accent !text-accent-ink',
          success: '[&_[data-icon]]:text-ok',
          error: '[&_[data-icon]]:text-bad',
          info: '[&_[data-icon]]:text-info',
        },
      }}
    />
  );
}
