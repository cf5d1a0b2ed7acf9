'use client';
import { SquareTerminal } from 'lucide-react';
import type { ReactNode } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { copyText } from '#components/ui/copy-button.tsx';
import { Menu, MenuItem, MenuLabel, MenuLine } from '#components/ui/menu.tsx';
import { toast } from '#components/ui/toast.ts';
import { refusal, useRunner } from './action-runner.tsx';
import type { Action, Resource, ResourceRow } from './descriptor.ts';

interface RowMenuProps<R extends ResourceRow> {
  resource: Resource<R>;
  row: R;
  trigger: ReactNode;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** All actions on one row; what can't be done now says why, what is never allowed is not there. */
export function RowMenu<R extends ResourceRow>({ resource, row, trigger, open, onOpenChange }: RowMenuProps<R>) {
  const { run } = useRunner();
  const capabilities = useCapabilities();
  const allowed = resource.actions.filter((action) => capabilities.may(row.engine, action.needs));
  const plain = allowed.filter((action) => !action.danger);
  const dangerous = allowed.filter((action) => action.danger);
  const item = (action: Action<R>) => {
    const why = refusal(action, row, capabilities);
    return (
      <MenuItem
        key={action.id}
        icon={action.icon}
        danger={action.danger}
        hotkey={action.hotkey}
        disabled={Boolean(why)}
        title={why}
        onSelect={() => run(resource, action, [row])}
      >
        {action.label}
        {asks(action, row) && '…'}
      </MenuItem>
    );
  };
  return (
    <Menu trigger={trigger} open={open} onOpenChange={onOpenChange}>
      <MenuLabel>{resource.name(row)}</MenuLabel>
      {plain.map(item)}
      {plain.length > 0 && dangerous.length > 0 && <MenuLine />}
      {dangerous.map(item)}
      <CopyCommands actions={allowed} row={row} />
      {allowed.length === 0 && <MenuItem disabled>Your role allows no action here</MenuItem>}
    </Menu>
  );
}

/** Whether something is asked first when it is done to this row alone. */
function asks<R extends ResourceRow>(action: Action<R>, row: R): boolean {
  return action.kind === 'job' && action.form !== 'none' && action.form([row]) !== undefined;
}

function CopyCommands<R extends ResourceRow>({ actions, row }: { actions: readonly Action<R>[]; row: R }) {
  const commands = actions.flatMap((action) =>
    action.kind === 'job' && !asks(action, row) && !action.refuse(row)
      ? [{ id: action.id, command: action.command(row, {}) }]
      : [],
  );
  if (commands.length === 0) return null;
  return (
    <>
      <MenuLine />
      <MenuLabel>Copy the command</MenuLabel>
      {commands.map(({ id, command }) => (
        <MenuItem
          key={id}
          icon={SquareTerminal}
          title={command}
          onSelect={() =>
            copyText(command).then(
              () => toast.success('Copied', { description: command }),
              () => toast.error('The browser did not allow it.'),
            )
          }
        >
          <code className="font-mono text-xs">{command}</code>
        </MenuItem>
      ))}
    </>
  );
}
