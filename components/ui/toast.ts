'use client';
import { create } from 'zustand';

export interface ToastOptions {
  description?: string;
  action?: { label: string; onClick: () => void };
  duration?: number;
}

export interface ToastCall extends ToastOptions {
  kind: 'success' | 'error' | 'info';
  message: string;
}

type Sink = (call: ToastCall) => void;

const waitingMax = 20;
const waiting: ToastCall[] = [];
let sink: Sink | undefined;

/** True from the first toast on: only then is what shows them loaded. */
export const useToastsWanted = create<boolean>()(() => false);

/** Few words in a corner: how something ended. Not for what must not be missed. */
export const toast = {
  success: (message: string, options?: ToastOptions) => call({ kind: 'success', message, ...options }),
  error: (message: string, options?: ToastOptions) => call({ kind: 'error', message, ...options }),
  info: (message: string, options?: ToastOptions) => call({ kind: 'info', message, ...options }),
};

function call(toastCall: ToastCall): void {
  if (sink) {
    sink(toastCall);
    return;
  }
  if (waiting.length < waitingMax) waiting.push(toastCall);
  useToastsWanted.setState(true, true);
}

/** Given once by what shows them; gets what has waited. Returns the end of it. */
export function setToastSink(next: Sink): () => void {
  sink = next;
  for (const toastCall of waiting.splice(0)) next(toastCall);
  return () => {
    if (sink === next) sink = undefined;
  };
}
