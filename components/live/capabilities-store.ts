'use client';
import { create } from 'zustand';
import { useMayExplain } from '#components/ui/explain.ts';
import type { Capabilities } from '#lib/shared/access.ts';
import type { ConsoleOperation, EngineOperation, Operation } from '#lib/shared/operations.ts';

interface Indexed {
  engines: ReadonlyMap<string, { operations: ReadonlySet<Operation>; hostAccess: boolean; seeSecrets: boolean }>;
  console: ReadonlySet<Operation>;
}

const useStore = create<Indexed>()(() => ({ engines: new Map(), console: new Set() }));

/** Rendered by the server into the layout, then pushed whenever a grant changes. */
export function setCapabilities(capabilities: Capabilities): void {
  useStore.setState({
    engines: new Map(
      Object.entries(capabilities.engines).map(([engine, { operations, hostAccess, seeSecrets }]) => [
        engine,
        { operations: new Set(operations), hostAccess, seeSecrets },
      ]),
    ),
    console: new Set(capabilities.console),
  });
  useMayExplain.setState(capabilities.console.includes('console.audit'), true);
}

/**
 * What this person may do; the door decides again. `may(engine, operation)`, `mayAnywhere(operation)`,
 * `mayConsole(operation)`. Offer what is allowed; do not rely on it.
 */
export function useCapabilities() {
  const { engines, console } = useStore();
  return {
    may: (engine: string, operation: EngineOperation) => engines.get(engine)?.operations.has(operation) ?? false,
    mayAnywhere: (operation: EngineOperation) =>
      [...engines.values()].some(({ operations }) => operations.has(operation)),
    mayConsole: (operation: ConsoleOperation) => console.has(operation),
    hostAccess: (engine: string) => engines.get(engine)?.hostAccess ?? false,
    seeSecrets: (engine: string) => engines.get(engine)?.seeSecrets ?? false,
    engines: [...engines.keys()],
  };
}

export type May = ReturnType<typeof useCapabilities>;
