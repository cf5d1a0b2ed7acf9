import type { z } from 'zod';
import { transportOf } from './endpoint.ts';
import type { engineChangeSchema } from './engine-input.ts';
import type { StoredEngine } from './engine-store.ts';

type Change = z.output<typeof engineChangeSchema>;

/** The engine as a change makes it; nothing is stored. */
export function applyChange({ config, secrets }: StoredEngine, change: Change): StoredEngine {
  const merged = { ...secrets };
  for (const key of ['ca', 'cert', 'key', 'identity'] as const) {
    const value = change.secrets?.[key];
    if (value === '') delete merged[key];
    else if (value !== undefined) merged[key] = value;
  }
  const name = change.name ?? config.name;
  const url = change.url ?? config.url;
  // Another host is another key: what was pinned for the old one says nothing of it.
  const moved = hostOf(url) !== hostOf(config.url);
  const hostKey = change.hostKey === undefined ? (moved ? undefined : config.hostKey) : change.hostKey || undefined;
  // The old name goes on working, so that nobody's DOCKER_HOST breaks; an own old name that comes back is none any more.
  const aliases = [...config.aliases, ...(name === config.name ? [] : [config.name])].filter((alias) => alias !== name);
  const transport = transportOf(url, merged);
  return {
    config: { ...config, name, url, aliases, hostKey, transport, tags: change.tags ?? config.tags },
    secrets: merged,
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
