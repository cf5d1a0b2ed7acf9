'use client';
import { useMemo } from 'react';
import { useEngines, useRows, useUnknownEngines } from '#components/live/inventory-store.ts';
import { formatCount } from '#lib/shared/format.ts';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { useEngineName, useRoleBook } from '../access-data.ts';
import type { GrantDraft } from './grant-draft.ts';
import { listed, sentence } from './grant-words.ts';
import { reachOf } from './reach.ts';

/** The grant in one sentence, and what it reaches of what is there at this moment. */
export function GrantPreview({ who, draft }: { who: string; draft: GrantDraft }) {
  const role = useRoleBook()(draft.role);
  const engineName = useEngineName();
  const engines = useEngines();
  const unknown = useUnknownEngines();
  const [containers, images, networks, volumes] = [
    useRows('container'),
    useRows('image'),
    useRows('network'),
    useRows('volume'),
  ];
  const reach = useMemo(
    () =>
      reachOf(draft, engines ?? [], [
        ...(containers ?? []),
        ...(images ?? []),
        ...(networks ?? []),
        ...(volumes ?? []),
      ]),
    [draft, engines, containers, images, networks, volumes],
  );
  if (!draft.role) return <p className="text-ink-faint">Choose a role, and here stands what it means.</p>;
  const silent = unknown.filter((name) => reach.engines.includes(name));
  return (
    <output className="block space-y-2 rounded-md border-accent border-l-2 bg-sunken px-3 py-2.5 shadow-float sm:sticky sm:bottom-0">
      <p className="font-medium">{sentence(who, draft, role, engineName(draft.scope))}</p>
      {role?.operations.some((operation) => !operation.startsWith('console.')) && (
        <div className="text-ink-soft text-xs">
          {reach.engines.length === 0 ? (
            <p>No engine is like that now; the grant holds as soon as one is.</p>
          ) : (
            <>
              <p>
                Now, on {listed(reach.engines.slice(0, 4))}
                {reach.engines.length > 4 && ` and ${reach.engines.length - 4} more`}:{' '}
                {inventoryKinds.map((kind) => formatCount(reach.counts[kind], kind)).join(' · ')}
                {draft.resource && reach.shared > 0 && ` · and ${reach.shared} shared, to see and join`}
              </p>
              {draft.resource && reach.names.container.length > 0 && (
                <p className="mt-0.5 truncate font-mono text-2xs text-ink-faint">
                  {reach.names.container.join(' ')}
                  {reach.counts.container > reach.names.container.length && ' …'}
                </p>
              )}
            </>
          )}
          {silent.length > 0 && <p>Nothing is known of {listed(silent)} now.</p>}
        </div>
      )}
      {role?.seeSecrets && <p className="text-ink-soft text-xs">Secrets are shown, not masked.</p>}
    </output>
  );
}
