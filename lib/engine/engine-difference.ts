import type { StoredEngine } from './engine-store.ts';

/** Whether anything that is stored of an engine is another. */
export function differs(a: StoredEngine, b: StoredEngine): boolean {
  return spell(a) !== spell(b);
}

/** Whether a connection made for the one is none to the other. */
export function isReachedAnew(a: StoredEngine, b: StoredEngine): boolean {
  return spellReach(a) !== spellReach(b);
}

function spell(engine: StoredEngine): string {
  const { id, name, aliases, tags } = engine.config;
  return JSON.stringify([id, name, [...aliases].sort(), tags, spellReach(engine)]);
}

function spellReach({ config: { url, transport, hostKey }, secrets, sealedProblem }: StoredEngine): string {
  const { ca, cert, key, identity } = secrets;
  return JSON.stringify([url, transport, hostKey, ca, cert, key, identity, sealedProblem]);
}
