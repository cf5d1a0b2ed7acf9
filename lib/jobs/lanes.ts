/** Lets so many at once into each lane (an engine), first come, first served. */
export interface Lanes {
  /** Resolves with the function that leaves the lane. Rejects when `signal` aborts while waiting. */
  enter(lane: string, signal: AbortSignal): Promise<() => void>;
}

export function createLanes(atOnceMax: number): Lanes {
  const lanes = new Map<string, { inside: number; waiting: (() => void)[] }>();

  return {
    async enter(name, signal) {
      signal.throwIfAborted();
      const lane = lanes.get(name) ?? { inside: 0, waiting: [] };
      lanes.set(name, lane);
      if (lane.inside >= atOnceMax) {
        await new Promise<void>((resolve, reject) => {
          const go = () => {
            signal.removeEventListener('abort', stop);
            resolve();
          };
          const stop = () => {
            lane.waiting = lane.waiting.filter((other) => other !== go);
            reject(signal.reason);
          };
          lane.waiting.push(go);
          signal.addEventListener('abort', stop, { once: true });
        });
      } else lane.inside += 1;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        // The place is handed on, not given back and taken, so that nobody slips in between.
        const next = lane.waiting.shift();
        if (next) next();
        else lane.inside -= 1;
        if (lane.inside === 0) lanes.delete(name);
      };
    },
  };
}
