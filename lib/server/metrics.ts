import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Engines } from '#lib/engine/types.ts';
import type { Door } from '#lib/gateway/types.ts';
import { isAppError } from '#lib/shared/errors.ts';

/** The process's Prometheus registry, with what an operator asks first: engines up, requests through the door. */
export interface Metrics {
  contentType: string;
  text(): Promise<string>;
  /** The same door, counting each request by operation and result. */
  countDoor(door: Door): Door;
  stop(): void;
}

export function createMetrics(engines: Engines, realtimeSockets: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'pilothouse_engine_up',
    help: '1 while the watch of the engine is live',
    labelNames: ['engine'],
    registers: [registry],
    collect() {
      this.reset();
      for (const status of engines.statuses()) this.set({ engine: status.name }, status.state === 'live' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'pilothouse_containers_running',
    help: 'Running containers, as last seen',
    labelNames: ['engine'],
    registers: [registry],
    collect() {
      this.reset();
      for (const status of engines.statuses()) {
        if (status.counts) this.set({ engine: status.name }, status.counts.running);
      }
    },
  });
  new Gauge({
    name: 'pilothouse_realtime_sockets',
    help: 'Open browser connections',
    registers: [registry],
    collect() {
      this.set(realtimeSockets());
    },
  });
  const requests = new Counter({
    name: 'pilothouse_door_requests_total',
    help: 'Requests at the door: admitted, or refused with the status',
    labelNames: ['operation', 'result'],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    countDoor: (door) => countDoor(door, requests),
    stop: () => registry.clear(),
  };
}

function countDoor(door: Door, requests: Counter<'operation' | 'result'>): Door {
  const admit: Door['admit'] = async (principal, request, signal) => {
    try {
      const admission = await door.admit(principal, request, signal);
      requests.inc({ operation: admission.operation, result: 'admitted' });
      return admission;
    } catch (error) {
      requests.inc({ operation: 'refused', result: isAppError(error) ? String(error.status) : 'error' });
      throw error;
    }
  };
  return {
    admit,
    async dispatch(principal, request, signal) {
      const admission = await admit(principal, request, signal);
      return admission.forward(signal);
    },
  };
}
