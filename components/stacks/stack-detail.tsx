'use client';
import Link from 'next/link';
import { useMemo, useRef } from 'react';
import { containerHref } from '#components/containers/container-actions.ts';
import { portTexts } from '#components/containers/container-ports.ts';
import { ContainerState } from '#components/containers/container-state.tsx';
import { useEngine, useInventory } from '#components/live/inventory-store.ts';
import { LogsOfSeveral } from '#components/logs/logs-of-several.tsx';
import { DetailFrame, type DetailTab } from '#components/resource/detail-frame.tsx';
import { ObjectNotes } from '#components/resource/object-notes.tsx';
import { Fact, Facts, Section, SmallTable } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { stackHref } from './stack-actions.ts';
import { type StackRow, stackRows } from './stack-rows.ts';
import { stacks } from './stacks.tsx';

const tabs = [
  { id: '', label: 'Services', needs: 'container.list' },
  { id: 'logs', label: 'Logs', needs: 'container.logs' },
] as const satisfies readonly DetailTab[];

/** The page of one compose project on one engine. */
export function StackDetail({ engine: asked, project, tab }: { engine: string; project: string; tab: string }) {
  const status = useEngine(asked);
  const engine = status?.name ?? asked;
  const engines = useInventory((state) => state.engines);
  const lostKeys = useInventory(({ inventory }) => inventory[engine]?.lost);
  const rows = useInventory(({ inventory }) => inventory[engine]?.rows.container);
  const row = useMemo(
    () => rows && stackRows([...rows.values()].filter((container) => container.project === project))[0],
    [rows, project],
  );
  const last = useRef<StackRow>(undefined);
  const goneAt = useRef<number>(undefined);
  const wasLost = useRef(false);
  if (row) {
    last.current = row;
    goneAt.current = undefined;
  } else if (last.current && rows) goneAt.current ??= Date.now();
  const lost =
    !row &&
    last.current !== undefined &&
    (wasLost.current ||
      (engines !== undefined && !status) ||
      last.current.containers.some(({ id }) => lostKeys?.has(`container ${id}`)));
  wasLost.current = lost;
  const shown = row ?? (lost ? undefined : last.current);
  return (
    <DetailFrame
      resource={stacks}
      engine={engine}
      reference={project}
      row={shown}
      gone={goneAt.current !== undefined}
      lost={lost}
      tabs={tabs}
      tab={tab}
      base={stackHref({ engine, id: project })}
    >
      {shown && (
        <div className="flex h-full min-h-0 flex-col">
          <ObjectNotes noun="stack" name={project} goneAt={goneAt.current} renamedFrom={undefined} replaced={false} />
          {tab === 'logs' ? <StackLogs row={shown} /> : <Services row={shown} />}
        </div>
      )}
    </DetailFrame>
  );
}

function StackLogs({ row }: { row: StackRow }) {
  const sources = useMemo(
    () =>
      [...row.containers]
        .sort((a, b) => a.name.localeCompare(b.name))
        .slice(0, 50)
        .map((container) => ({ engine: row.engine, container: container.id, label: shortName(container) })),
    [row],
  );
  return <LogsOfSeveral sources={sources} />;
}

// `shop-web-1` in the stack `shop` is `web-1`.
function shortName({ name, project }: ContainerRow): string {
  return project &&
    name.length > project.length + 1 &&
    /[-_]/.test(name.charAt(project.length)) &&
    name.startsWith(project)
    ? name.slice(project.length + 1)
    : name;
}

function Services({ row }: { row: StackRow }) {
  const services = [...Map.groupBy(row.containers, ({ service, name }) => service ?? name)].sort(([a], [b]) =>
    a.localeCompare(b),
  );
  const files = row.containers[0]?.labels['com.docker.compose.project.config_files'];
  return (
    <div className="grid content-start gap-3 p-3 sm:p-4">
      <Section title="Services" count={services.length}>
        <SmallTable heads={['Service', 'Container', 'State', 'Image', 'Ports', 'Created']}>
          {services.flatMap(([service, members]) =>
            [...members]
              .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
              .map((container, i) => (
                <tr key={container.id} className="hover:bg-hover">
                  <td className="font-medium">
                    {i === 0 && service}
                    {i === 0 && members.length > 1 && (
                      <span className="ml-1.5 font-normal text-ink-faint text-xs">×{members.length}</span>
                    )}
                  </td>
                  <td>
                    <Link
                      href={containerHref(container)}
                      className="block max-w-72 truncate text-accent-text hover:underline"
                    >
                      {container.name}
                    </Link>
                  </td>
                  <td className="whitespace-nowrap">
                    <ContainerState row={container} />
                  </td>
                  <td className="max-w-80 truncate text-ink-soft" title={container.image}>
                    {container.image}
                  </td>
                  <td className="whitespace-nowrap font-mono text-xs">
                    {portTexts(container.ports).join(', ') || '–'}
                  </td>
                  <td className="whitespace-nowrap">
                    <RelativeTime at={container.createdAt * 1000} />
                  </td>
                </tr>
              )),
          )}
        </SmallTable>
      </Section>
      <Section title="Where it comes from">
        <Facts>
          <Fact label="Engine">
            <Link className="text-accent-text hover:underline" href={`/engines/${encodeURIComponent(row.engine)}`}>
              {row.engine}
            </Link>
          </Fact>
          <Fact label="Folder" mono>
            {row.workingDir}
          </Fact>
          <Fact label="Files" mono>
            {files}
          </Fact>
        </Facts>
      </Section>
    </div>
  );
}
