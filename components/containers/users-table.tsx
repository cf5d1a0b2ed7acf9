'use client';
import Link from 'next/link';
import { useMemo } from 'react';
import { useInventory } from '#components/live/inventory-store.ts';
import { NothingHere, Section, SmallTable } from '#components/ui/facts.tsx';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { containerHref } from './container-actions.ts';
import { ContainerState } from './container-state.tsx';

/** The containers of one engine that a test picks, live: who uses an image, a volume. */
export function useContainersOf(engine: string, test: (row: ContainerRow) => boolean): readonly ContainerRow[] {
  const rows = useInventory(({ inventory }) => inventory[engine]?.rows.container);
  return useMemo(
    () => [...(rows?.values() ?? [])].filter(test).sort((a, b) => a.name.localeCompare(b.name)),
    [rows, test],
  );
}

export function UsersSection(props: {
  title: string;
  rows: readonly ContainerRow[];
  none: string;
  extraHead?: string;
  extra?: (row: ContainerRow) => React.ReactNode;
}) {
  const { title, rows, none, extraHead, extra } = props;
  return (
    <Section title={title} count={rows.length}>
      {rows.length === 0 ? (
        <NothingHere>{none}</NothingHere>
      ) : (
        <SmallTable heads={['Container', 'State', ...(extraHead === undefined ? [] : [extraHead])]}>
          {rows.map((row) => (
            <tr key={row.id} className="hover:bg-hover">
              <td>
                <Link href={containerHref(row)} className="block max-w-72 truncate text-accent-text hover:underline">
                  {row.name}
                </Link>
              </td>
              <td className="whitespace-nowrap">
                <ContainerState row={row} />
              </td>
              {extra && <td className="break-all font-mono text-xs">{extra(row)}</td>}
            </tr>
          ))}
        </SmallTable>
      )}
    </Section>
  );
}
