import type { OperationSpec, QueryParam, TargetKind, TargetSpec } from '../spec.ts';

/** A row of the table before its key becomes its name; what most operations share may be left out. */
export type Row = Omit<OperationSpec, 'name' | 'since' | 'targets' | 'query' | 'body' | 'streaming'> &
  Partial<Pick<OperationSpec, 'since' | 'targets' | 'query' | 'body' | 'streaming'>>;

// Kinds of query parameter. Booleans in Go's sense: everything but '', 0, no, false, none is true.
export const flag: QueryParam = { type: 'boolean' };
export const int: QueryParam = { type: 'integer' };
export const text: QueryParam = { type: 'string' };
export const json: QueryParam = { type: 'json' };
export const texts: QueryParam = { type: 'string', list: true };

/** The same parameter, brought by a later API version. */
export const from = (since: string, param: QueryParam): QueryParam => ({ ...param, since });

/** A target in the path, by default in `{id}`. */
export const inPath = (kind: TargetKind, param = 'id'): TargetSpec[] => [{ kind, from: 'path', param }];

/** Parts of a row: a read that is counted, a read whose head may be late, a change that is recorded. */
export const read = { timeout: 'read', audit: 'counted' } as const;
export const slowRead = { timeout: 'wait', audit: 'counted' } as const;
export const change = { timeout: 'change', audit: 'recorded' } as const;

export const jsonType = 'application/json';
export const tarType = 'application/x-tar';
