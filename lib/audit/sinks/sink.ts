import type { StoredState } from '../types.ts';

/** What a sink is told, in order. Each is one line of JSON, one syslog message, one element of a post. */
export type SinkItem =
  | ({ type: 'record' } & StoredState)
  | { type: 'test'; at: number; by: string }
  /** The sink was away or too slow for so long that its queue was full: as many items are not told. */
  | { type: 'dropped'; at: number; count: number };

/** A way out. `deliver` rejects when it is not known that all went out; they are then sent again. */
export interface Sink {
  deliver(items: readonly SinkItem[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
