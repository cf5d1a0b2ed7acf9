'use client';
import type { ComponentProps } from 'react';
import { useEngines } from '#components/live/inventory-store.ts';
import { Select } from '#components/ui/input.tsx';

/** Everywhere, on a tag, or on one engine: `all:`, `tag:<tag>`, `engine:<id>`. */
export function PlaceSelect(props: Omit<ComponentProps<'select'>, 'children'>) {
  const engines = useEngines() ?? [];
  const tags = [...new Set(engines.flatMap((engine) => engine.tags))].sort();
  return (
    <Select {...props}>
      <option value="all:">on every engine</option>
      {tags.length > 0 && (
        <optgroup label="Tags">
          {tags.map((tag) => (
            <option key={tag} value={`tag:${tag}`}>
              on engines tagged {tag}
            </option>
          ))}
        </optgroup>
      )}
      {engines.length > 0 && (
        <optgroup label="Engines">
          {engines.map((engine) => (
            <option key={engine.id} value={`engine:${engine.id}`}>
              on {engine.name}
            </option>
          ))}
        </optgroup>
      )}
    </Select>
  );
}
