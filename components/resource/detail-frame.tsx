'use client';
import { Lock, MoreHorizontal } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { useEngine, useInventory } from '#components/live/inventory-store.ts';
import { useJobs } from '#components/live/jobs.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Button } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { useHotkeys } from '#components/ui/hotkeys.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { TabLinks } from '#components/ui/tabs.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import type { ConsoleOperation, EngineOperation } from '#lib/shared/operations.ts';
import { refusal, useRunner } from './action-runner.tsx';
import { type Action, type Resource, type ResourceRow, rowKey } from './descriptor.ts';
import { RowMenu } from './row-menu.tsx';
import { useActionKeys } from './use-action-keys.ts';

export interface DetailTab {
  /** The last part of the address; empty for the first tab. */
  id: string;
  label: string;
  /** Not there for whoever may not. */
  needs?: EngineOperation;
  /** The same for what belongs to the console. */
  needsConsole?: ConsoleOperation;
}

interface DetailFrameProps<R extends ResourceRow> {
  resource: Resource<R>;
  engine: string;
  /** What stands in the address: name or id. */
  reference: string;
  /** Live; undefined: not there, or not known yet. */
  row: R | undefined;
  /** `row` is the last that was known; it is not there any more, so nothing can be done to it. */
  gone?: boolean;
  /** This person's access to it has ended while the page was open. */
  lost?: boolean;
  tabs: readonly DetailTab[];
  /** Id of the tab that is shown. */
  tab: string;
  /** Address of the object without a tab. */
  base: string;
  /** How many actions stand as buttons; the rest is in the menu. */
  buttons?: number;
  /** The panel. Rendered also after the object is gone, if it was there before: its last words are still worth reading. */
  children: ReactNode;
}

/** The one frame around an object's page: where it is, its state, what can be done, its tabs. Knows no noun. */
export function DetailFrame<R extends ResourceRow>(props: DetailFrameProps<R>) {
  const {
    resource,
    engine,
    reference,
    row,
    gone = false,
    lost = false,
    tabs,
    tab,
    base,
    buttons = 3,
    children,
  } = props;
  const { may, mayConsole } = useCapabilities();
  const seen = useRef(false);
  useEffect(() => {
    // The head's title is the server's, of a time when the object could be seen.
    if (row) seen.current = true;
    else if (seen.current) document.title = resource.title;
  }, [row, resource.title]);
  const isEngineSeen = useEngine(engine) !== undefined;
  const name = row ? resource.name(row) : reference;
  const links = tabs
    .filter(({ needs, needsConsole }) => (!needs || may(engine, needs)) && (!needsConsole || mayConsole(needsConsole)))
    .map(({ id, label }) => ({ href: id ? `${base}/${id}` : base, label }));
  return (
    <div className="flex h-full min-h-0 flex-col">
      <PageHeader
        crumbs={[
          { href: `${resource.path}?engine=${encodeURIComponent(engine)}`, label: resource.title },
          { href: `/engines/${encodeURIComponent(engine)}`, label: engine },
        ]}
        title={name}
        meta={row && !gone && <StateAndBusy resource={resource} row={row} />}
        actions={row && !gone && <DetailActions resource={resource} row={row} buttons={buttons} />}
      />
      <TabLinks label={`${name}: views`} tabs={links} current={tab ? `${base}/${tab}` : base} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
      <div tabIndex={0} className="min-h-0 flex-1 overflow-y-auto outline-none">
        {lost && isEngineSeen ? (
          <Lost noun={resource.noun.one} engine={engine} />
        ) : row ? (
          children
        ) : (
          <Absent resource={resource} engine={engine} reference={reference} seen={seen.current} />
        )}
      </div>
    </div>
  );
}

function StateAndBusy<R extends ResourceRow>({ resource, row }: { resource: Resource<R>; row: R }) {
  const busy = useJobs((state) => state.busy.get(rowKey(row)));
  return (
    <>
      <resource.State row={row} />
      {busy && <Badge tone="info">{busy}</Badge>}
    </>
  );
}

function DetailActions<R extends ResourceRow>(props: { resource: Resource<R>; row: R; buttons: number }) {
  const { resource, row, buttons } = props;
  const { run } = useRunner();
  const capabilities = useCapabilities();
  const possible = resource.actions.filter((action) => !refusal(action, row, capabilities));
  useHotkeys(
    resource.title,
    useActionKeys(resource, () => [row]),
  );
  const button = (action: Action<R>) => (
    <Tooltip key={action.id} label={action.label} hotkey={action.hotkey}>
      <Button size="sm" className="max-sm:hidden" onClick={() => run(resource, action, [row])}>
        <action.icon aria-hidden="true" />
        {action.label}
      </Button>
    </Tooltip>
  );
  return (
    <>
      {possible
        .filter((action) => action.kind === 'job' && !action.danger)
        .slice(0, buttons)
        .map(button)}
      <RowMenu
        resource={resource}
        row={row}
        trigger={
          <Button size="sm" aria-label="All actions">
            <MoreHorizontal aria-hidden="true" />
          </Button>
        }
      />
    </>
  );
}

/** What was open has been ended by the server, and nothing of it stays on the page. */
function Lost({ noun, engine }: { noun: string; engine: string }) {
  return (
    <EmptyState icon={Lock} title={`Your access to this ${noun} has ended`}>
      A grant, role or team of yours was changed or ran out: nothing of yours reaches it on {engine} any more. What this
      page had open has ended with it. An administrator of this console can tell why, and give access again.
    </EmptyState>
  );
}

/** Not there, or nothing known of its engine: two different things. */
function Absent<R extends ResourceRow>(props: {
  resource: Resource<R>;
  engine: string;
  reference: string;
  /** It was shown on this page before. */
  seen: boolean;
}) {
  const { resource, engine, reference, seen } = props;
  const status = useEngine(engine);
  const link = useInventory((state) => state.link);
  const engines = useInventory((state) => state.engines);
  const known = useInventory((state) => state.inventory[status?.name ?? engine]?.asOf !== undefined);
  // The server has rendered the engines, but not what they hold: that is on its way.
  if (link === 'opening') return <SkeletonRows />;
  if (engines && !status && seen)
    return (
      <EmptyState icon={resource.icon} title={`You no longer see “${engine}”`}>
        Your right to it has ended, or the engine was removed. What this page had open has ended with it.
      </EmptyState>
    );
  if (engines && !status)
    return (
      <EmptyState icon={resource.icon} title={`There is no engine “${engine}”`}>
        It was removed or renamed, or your role does not reach it.
      </EmptyState>
    );
  if (!known)
    return (
      <EmptyState icon={resource.icon} title={`${engine} has not answered yet`}>
        Whether it has {resource.noun.one} “{reference}” shows as soon as it does. {status?.problem}
      </EmptyState>
    );
  return (
    <EmptyState icon={resource.icon} title={`${engine} has no ${resource.noun.one} “${reference}”`}>
      It may have been removed or renamed since this link was made.
    </EmptyState>
  );
}
