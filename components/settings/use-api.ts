'use client';
import { type QueryKey, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';
import { shownError } from '#components/live/errors.ts';
import { auditToast } from '#components/ui/explain.ts';
import { toast } from '#components/ui/toast.ts';

type Path = `/api/${string}`;

/** A GET of the console's API, parsed; the path is its key. `refetchOnWindowFocus` stays off: nobody polls. */
export function useApi<T>(path: Path, schema: z.ZodType<T>) {
  return useQuery({
    queryKey: [path],
    queryFn: async ({ signal }) => schema.parse(await apiFetch('GET', path, undefined, { signal })),
    refetchOnWindowFocus: false,
    retry: false,
  });
}

/** A change; afterwards what it touched is read again. Resolves with the answer; throws ConsoleError. */
export function useApiChange(touches: readonly Path[]) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: (change: { method: 'POST' | 'PATCH' | 'DELETE'; path: Path; body?: unknown }) =>
      apiFetch(change.method, change.path, change.body),
    onSettled: () => Promise.all(touches.map((path) => client.invalidateQueries({ predicate: startsWith(path) }))),
  });
  return mutation.mutateAsync;
}

/** For changes that no dialog waits for: the error becomes a toast with the console's own words. */
export async function orToast(work: Promise<unknown>, done?: string): Promise<void> {
  try {
    await work;
    if (done) toast.success(done);
  } catch (error) {
    const { message, auditId } = shownError(error);
    toast.error(message, auditToast(auditId));
  }
}

function startsWith(path: string) {
  return (query: { queryKey: QueryKey }) => String(query.queryKey[0]).startsWith(path);
}
