'use client';
import { useMemo } from 'react';
import { Select } from '#components/ui/input.tsx';
import { engineSchema, type GrantShown, rowsOf } from '../schemas.ts';
import { useApi } from '../use-api.ts';

const schema = rowsOf(engineSchema);

/** Engine names by id. */
export function useEngineNames(): ReadonlyMap<string, string> {
  const { data } = useApi('/api/engines', schema);
  return useMemo(() => new Map((data?.rows ?? []).map(({ id, name }) => [id, name])), [data]);
}

interface GrantScopeProps {
  id?: string;
  value: GrantShown['scope'];
  onChange: (scope: GrantShown['scope']) => void;
}

/** Everywhere, on a tag, or on one engine. */
export function GrantScopeSelect({ id, value, onChange }: GrantScopeProps) {
  const { data } = useApi('/api/engines', schema);
  const engines = data?.rows ?? [];
  const tags = [...new Set(engines.flatMap((engine) => engine.tags))].sort();
  return (
    <Select
      id={id}
      aria-label="Where"
      value={`${value.kind}:${value.value}`}
      onChange={(event) => {
        const [kind, ...rest] = event.target.value.split(':');
        onChange({ kind: kind === 'tag' || kind === 'engine' ? kind : 'all', value: rest.join(':') });
      }}
    >
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
