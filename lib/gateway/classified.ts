import type { EngineOperation } from '#lib/shared/operations.ts';
import type { OperationSpec, TargetKind } from './spec.ts';

/** A target as the client named it; resolve finds the real object. */
export interface TargetRef {
  kind: TargetKind;
  from: 'path' | 'query' | 'body';
  param: string;
  /** Name, short id or id, decoded. */
  name: string;
  /** Comes into being by this operation: nothing to resolve. */
  makes?: true;
}

/** A request that has become a named operation. Everything that goes to the engine is rebuilt from this. */
export interface Classified {
  operation: EngineOperation;
  spec: OperationSpec;
  /** As sent: `v1.41`, or '' without a prefix. */
  version: string;
  /** Path parameters, decoded once. */
  params: Readonly<Record<string, string>>;
  /** Known query parameters in the order sent, decoded once. */
  query: readonly (readonly [name: string, value: string])[];
  /** Those in path and query; inspect adds those in the body. */
  targets: readonly TargetRef[];
}

/** The value of a query parameter that may stand once; undefined when absent. */
export function queryValue(classified: Classified, name: string): string | undefined {
  return classified.query.find(([key]) => key === name)?.[1];
}
