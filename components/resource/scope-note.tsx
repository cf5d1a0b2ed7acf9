'use client';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Badge } from '#components/ui/badge.tsx';
import { type FormValues, formValue } from './descriptor.ts';

/** Where what is created will belong, for whoever creates in a scope: the door gives it the labels. */
export function ScopeNote({ values }: { values: FormValues }) {
  const { createsIn } = useCapabilities();
  const places = [...new Set(formValue.list(values, 'engines').flatMap(createsIn))];
  if (places.length === 0) return null;
  return (
    <div className="flex flex-wrap items-center gap-1.5 rounded-md bg-sunken px-3 py-2 text-ink-soft text-xs">
      {places.length === 1 ? 'Will be created in' : 'Will be created in one of these; its labels say in which:'}
      {places.map((place) => (
        <Badge key={place} tone="accent">
          {place}
        </Badge>
      ))}
    </div>
  );
}
