/** One sleeper, any number of callers that wake it. A wake that comes while nobody sleeps is kept for the next wait. */
export interface Waker {
  wake(): void;
  /** Resolves at the next wake, or after `timeoutMs`. */
  wait(timeoutMs?: number): Promise<void>;
}

export function createWaker(): Waker {
  let woken = false;
  let resume: (() => void) | undefined;
  return {
    wake() {
      woken = true;
      resume?.();
    },
    wait(timeoutMs) {
      if (woken) {
        woken = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(done, timeoutMs);
        function done() {
          clearTimeout(timer);
          resume = undefined;
          woken = false;
          resolve();
        }
        resume = done;
      });
    },
  };
}
