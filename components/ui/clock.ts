'use client';
import { useSyncExternalStore } from 'react';

// One timer for every relative time on the page; it runs only while something shows one and the tab is visible.
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function tick() {
  for (const listener of listeners) listener();
}

function arrange() {
  const wanted = listeners.size > 0 && document.visibilityState === 'visible';
  if (wanted && !timer) timer = setInterval(tick, 1000);
  if (!wanted && timer) {
    clearInterval(timer);
    timer = undefined;
  }
}

function onVisibility() {
  arrange();
  tick();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', onVisibility);
  listeners.add(listener);
  arrange();
  return () => {
    listeners.delete(listener);
    arrange();
    if (listeners.size === 0) document.removeEventListener('visibilitychange', onVisibility);
  };
}

/** A value that depends on the time; renders again only when the value itself changes. Must return a primitive. */
export function useTimed<T extends string | number | boolean>(read: (now: number) => T, onServer: T): T {
  return useSyncExternalStore(
    subscribe,
    () => read(Date.now()),
    () => onServer,
  );
}
