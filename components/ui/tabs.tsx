'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';

export interface TabLink {
  href: string;
  label: string;
  /** A small figure beside the words. */
  count?: number;
}

/** Tabs that are pages: each has its own address. */
export function TabLinks({ tabs, current, label }: { tabs: readonly TabLink[]; current: string; label: string }) {
  return (
    <nav aria-label={label} className="flex gap-0.5 overflow-x-auto border-b px-3 [scrollbar-width:none] sm:px-4">
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          aria-current={tab.href === current ? 'page' : undefined}
          className={cn(
            '-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-2.5 text-ink-soft hover:text-ink',
            tab.href === current && 'border-accent font-medium text-ink',
          )}
        >
          {tab.label}
          {tab.count !== undefined && <span className="text-2xs text-ink-faint">{tab.count}</span>}
        </Link>
      ))}
    </nav>
  );
}

export interface Segment<T extends string> {
  value: T;
  label: ReactNode;
  title?: string;
}

/** One of a few, within a page. */
export function Segmented<T extends string>(props: {
  segments: readonly Segment<T>[];
  value: T;
  onChange: (value: T) => void;
  label: string;
}) {
  return (
    <fieldset className="inline-flex h-7 shrink-0 rounded-md border border-line-strong bg-panel p-px">
      <legend className="sr-only">{props.label}</legend>
      {props.segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          title={segment.title}
          aria-pressed={segment.value === props.value}
          onClick={() => props.onChange(segment.value)}
          className="rounded-[4px] px-2 text-ink-soft text-xs hover:text-ink aria-pressed:bg-selected aria-pressed:font-medium aria-pressed:text-ink"
        >
          {segment.label}
        </button>
      ))}
    </fieldset>
  );
}
