'use client';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { Button } from '#components/ui/button.tsx';
import { type Hotkey, useHotkeys } from '#components/ui/hotkeys.ts';
import { enginesFor, useRunner } from './action-runner.tsx';
import type { Resource, ResourceRow } from './descriptor.ts';

/** Pull, create, prune: what a list offers beside its rows. What this person may do nowhere is not there. */
export function TaskButtons<R extends ResourceRow>(props: { resource: Resource<R>; engines: readonly string[] }) {
  const { resource, engines } = props;
  const capabilities = useCapabilities();
  const { runTask } = useRunner();
  const tasks = resource.tasks.filter((task) => enginesFor(task, capabilities).length > 0);
  useHotkeys(
    resource.title,
    tasks.flatMap((task): Hotkey[] =>
      task.hotkey ? [{ key: task.hotkey, label: task.label, run: () => runTask(task, engines) }] : [],
    ),
  );
  return tasks.map((task) => (
    <Button key={task.id} size="sm" tone={task.primary ? 'primary' : 'plain'} onClick={() => runTask(task, engines)}>
      <task.icon aria-hidden="true" />
      {task.label}
    </Button>
  ));
}
