'use client';
import { ChevronDown, ChevronRight } from 'lucide-react';
import Link from 'next/link';
import { formatCount } from '#lib/shared/format.ts';
import type { Grouping } from './descriptor.ts';
import type { Line } from './list-model.ts';

/** The heading of a group; closes and opens it. */
export function GroupRow<R>(props: {
  line: Extract<Line<R>, { kind: 'group' }>;
  grouping: Grouping<R> | undefined;
  top: number;
  noun: { one: string; many: string };
  onToggle: (id: string) => void;
}) {
  const { line, grouping, top, noun, onToggle } = props;
  const href = line.id === '' ? undefined : grouping?.href?.(line.first);
  const Chevron = line.open ? ChevronDown : ChevronRight;
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-expanded={line.open}
      style={{ transform: `translateY(${top}px)` }}
      className="absolute inset-x-0 top-0 flex h-8 items-center gap-2 border-b bg-sunken px-3 sm:px-4"
    >
      <div role="gridcell" className="flex min-w-0 items-center gap-2">
        <button
          type="button"
          aria-label={`${line.open ? 'Close' : 'Open'} ${line.label}`}
          className="-ml-1 grid size-5 place-items-center text-ink-faint hover:text-ink"
          onClick={() => onToggle(line.id)}
        >
          <Chevron className="size-4" />
        </button>
        {href ? (
          <Link href={href} prefetch={false} className="truncate font-medium hover:underline">
            {line.label}
          </Link>
        ) : (
          <span className="truncate font-medium text-ink-soft">{line.label}</span>
        )}
        <span className="whitespace-nowrap text-ink-faint text-xs">{formatCount(line.count, noun.one, noun.many)}</span>
      </div>
    </div>
  );
}
