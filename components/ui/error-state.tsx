'use client';
import { TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import { explainHref, useMayExplain } from './explain.ts';

export interface ShownError {
  message: string;
  auditId?: string;
}

/** The engine's own words, and the number under which the trail has it. */
export function ErrorState({ title, error, action }: { title: ReactNode; error: ShownError; action?: ReactNode }) {
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-center gap-2 px-6 py-16 text-center">
      <TriangleAlert aria-hidden="true" className="mb-1 size-6 text-bad" strokeWidth={1.5} />
      <h2 className="font-semibold text-base">{title}</h2>
      <p className="max-w-full break-words font-mono text-ink-soft text-xs">{error.message}</p>
      <AuditId id={error.auditId} />
      {action && <div className="mt-2 flex gap-2">{action}</div>}
    </div>
  );
}

/** The number of the record, and for whoever may read it the way to its explanation. */
export function AuditId({ id }: { id: string | undefined }) {
  const mayExplain = useMayExplain();
  if (!id) return null;
  return (
    <p className="flex flex-wrap items-center gap-1 text-ink-faint text-xs">
      Audit record <code className="font-mono">{id}</code>
      <CopyButton text={id} label="Copy the audit id" />
      {mayExplain && (
        <Link href={explainHref(id)} className="text-accent-text hover:underline">
          Why?
        </Link>
      )}
    </p>
  );
}
