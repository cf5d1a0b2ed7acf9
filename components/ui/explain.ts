'use client';
import { create } from 'zustand';
import type { ToastOptions } from './toast.ts';

/** Whether this person may read why something was refused; told by the capabilities. */
export const useMayExplain = create<boolean>()(() => false);

/** The page that explains a record of the trail: by which grant it was allowed, or for want of what it was not. */
export function explainHref(auditId: string): string {
  return `/settings/access-check?audit=${encodeURIComponent(auditId)}`;
}

/** What a toast says of a recorded failure; to whoever may read it, with the way to its explanation. */
export function auditToast(auditId: string | undefined): ToastOptions {
  if (!auditId) return {};
  const description = `Audit record ${auditId}`;
  if (!useMayExplain.getState()) return { description };
  return { description, action: { label: 'Why?', onClick: () => window.location.assign(explainHref(auditId)) } };
}
