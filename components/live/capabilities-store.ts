'use client';
import { create } from 'zustand';
import { useMayExplain } from '#components/ui/explain.ts';
import type { Capabilities, EngineCapabilities } from '#lib/shared/access.ts';
import type { ConsoleOperation, EngineOperation, Operation } from '#lib/shared/operations.ts';

interface Indexed {
  engines: ReadonlyMap<string, Omit<EngineCapabilities, 'operations'> & { operations: ReadonlySet<Operation> }>;
  console: ReadonlySet<Operation>;
}

const useStore = create<Indexed>()(() => ({ engines: new Map(), console: new Set() }));

/** Rendered by the server into the layout, then pushed whenever a grant changes. */
export function setCapabilities(capabilities: Capabilities): void {
  useStore.setState({
    engines: new Map(
      Object.entries(capabilities.engines).map(([engine, { operations, ...rest }]) => [
        engine,
        { ...rest, operations: new Set(operations) },
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
    /** Only some of the objects there are seen. */
    scoped: (engine: string) => engines.get(engine)?.scoped ?? false,
    /** In words, the scopes in which this person creates there; none: anywhere, or not at all. */
    createsIn: (engine: string) => engines.get(engine)?.createsIn ?? [],
    engines: [...engines.keys()],
  };
}

/** The same for what is no component, such as the steps of a job. */
export function mayNow(engine: string, operation: EngineOperation): boolean {
  return useStore.getState().engines.get(engine)?.operations.has(operation) ?? false;
}

/** Whether only some of the engine's objects are seen. */
export function isScopedNow(engine: string): boolean {
  return useStore.getState().engines.get(engine)?.scoped ?? false;
}

export type May = ReturnType<typeof useCapabilities>;
