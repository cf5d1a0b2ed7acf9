'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { doorFetch } from '#components/live/door.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { containerInspectSchema } from './container-inspect.ts';

/** What changes when an inspect would tell something new: no polling, the watch says when to read again. */
export function inspectVersion(row: ContainerRow): string {
  return [row.state, row.health, row.startedAt, row.exitCode, row.name, row.networks.join()].join('|');
}

/** The container's inspect, read again whenever the watch tells of a change. */
export function useContainerInspect(row: ContainerRow) {
  return useQuery({
    queryKey: ['container', row.engine, row.id, inspectVersion(row)],
    queryFn: async ({ signal }) =>
      containerInspectSchema.parse(
        await doorFetch(row.engine, 'GET', `/containers/${encodeURIComponent(row.id)}/json`, undefined, { signal }),
      ),
    placeholderData: keepPreviousData,
    retry: false,
  });
}
