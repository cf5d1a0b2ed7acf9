import type { Log } from '#lib/log.ts';

/** Listeners that are called one after the other; one that throws does not keep the news from the others. */
export function createListeners<Args extends unknown[]>(log: Log) {
  const listeners = new Set<(...args: Args) => void>();
  return {
    /** The return value ends the subscription. */
    add(listener: (...args: Args) => void): () => void {
      // Wrapped, so that the same function added twice is called twice and each end ends its own.
      const own = (...args: Args) => listener(...args);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    emit(...args: Args): void {
      for (const listener of listeners) {
        try {
          listener(...args);
        } catch (error) {
          log.error('A listener of the engine room threw', { error });
        }
      }
    },
  };
}
