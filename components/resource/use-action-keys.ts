'use client';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import type { Hotkey } from '#components/ui/hotkeys.ts';
import { refusal, useRunner } from './action-runner.tsx';
import type { Action, Resource, ResourceRow } from './descriptor.ts';

/** One key per action. Two that exclude each other (pause, unpause) may share one: the first that can be done is. */
export function useActionKeys<R extends ResourceRow>(
  resource: Resource<R>,
  rowsFor: (action: Action<R>) => readonly R[],
): Hotkey[] {
  const { run } = useRunner();
  const capabilities = useCapabilities();
  const byKey = Map.groupBy(
    resource.actions.filter(({ hotkey }) => hotkey !== undefined),
    ({ hotkey }) => hotkey ?? '',
  );
  return [...byKey].map(([key, actions]) => ({
    key,
    label: actions.map(({ label }) => label).join(' / '),
    run: () => {
      const possible = actions.find((action) => rowsFor(action).some((row) => !refusal(action, row, capabilities)));
      const action = possible ?? actions[0];
      const rows = action ? rowsFor(action) : [];
      if (action && rows.length > 0) run(resource, action, rows);
    },
  }));
}
