import { z } from 'zod';

const schema = z.record(z.string(), z.array(z.string()).max(20));
const storageKey = 'pilothouse.terminals';

// sessionStorage: a reload of this browser tab finds its own terminals again, and takes nobody else's.
function read(): Record<string, string[]> {
  try {
    return schema.parse(JSON.parse(sessionStorage.getItem(storageKey) ?? '{}'));
  } catch {
    return {};
  }
}

/** Ids of the terminals that this browser tab had open at a container, in the order of their tabs. */
export function rememberedTerminals(engine: string, container: string): string[] {
  return read()[`${engine}/${container}`] ?? [];
}

/** Keeps them for the next load of the page. */
export function rememberTerminals(engine: string, container: string, ids: readonly string[]): void {
  const all = read();
  if (ids.length > 0) all[`${engine}/${container}`] = ids.slice(-20);
  else delete all[`${engine}/${container}`];
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(all));
  } catch {
    // A browser that keeps nothing: a reload then offers the terminals that the server still holds by hand.
  }
}
