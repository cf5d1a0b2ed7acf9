'use client';
import { useCallback } from 'react';
import { accessTab, ObjectAccess } from '#components/access/access-tab.tsx';
import { historyTab, ObjectHistory } from '#components/audit/history-tab.tsx';
import { ContainerLabels } from '#components/containers/container-env.tsx';
import { UsersSection, useContainersOf } from '#components/containers/users-table.tsx';
import { InspectPanel } from '#components/inspect/inspect-panel.tsx';
import { useObject } from '#components/live/use-object.ts';
import type { DetailTab } from '#components/resource/detail-frame.tsx';
import { SimpleDetail } from '#components/resource/simple-detail.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Fact, Facts, Section } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { ContainerRow, VolumeRow } from '#lib/shared/inventory.ts';
import { volumes } from './volumes.tsx';

const tabs = [
  { id: '', label: 'Overview', needs: 'volume.inspect' },
  { id: 'inspect', label: 'Inspect', needs: 'volume.inspect' },
  historyTab,
  accessTab,
] as const satisfies readonly DetailTab[];

const names = (row: VolumeRow) => [row.name];

/** The page of one volume. */
export function VolumeDetail({ engine, reference, tab }: { engine: string; reference: string; tab: string }) {
  const object = useObject('volume', engine, reference, names);
  const base = `/engines/${encodeURIComponent(object.engine)}/volumes/${encodeURIComponent(reference)}`;
  return (
    <SimpleDetail resource={volumes} object={object} reference={reference} tabs={tabs} tab={tab} base={base}>
      {(row) => {
        if (tab === 'history') return <ObjectHistory engine={row.engine} object={row.name} />;
        if (tab === 'access') return <ObjectAccess engine={row.engine} kind="volume" object={row.id} name={row.name} />;
        if (tab !== 'inspect') return <Overview row={row} />;
        return (
          <InspectPanel
            engine={row.engine}
            path={`/volumes/${encodeURIComponent(row.name)}`}
            label={row.name}
            version={String(row.createdAt)}
          />
        );
      }}
    </SimpleDetail>
  );
}

function Overview({ row }: { row: VolumeRow }) {
  const users = useContainersOf(
    row.engine,
    useCallback((container: ContainerRow) => container.mounts.some(({ name }) => name === row.name), [row.name]),
  );
  const options = Object.entries(row.options);
  return (
    <div className="grid content-start gap-3 p-3 sm:p-4 lg:grid-cols-2">
      <Section title="Volume">
        <Facts>
          <Fact label="Name" mono>
            <span className="flex items-center gap-1">
              {row.name}
              <CopyButton text={row.name} className="-my-1" />
            </span>
          </Fact>
          <Fact label="Kind">{row.anonymous ? 'anonymous: it goes with its container (rm -v)' : 'named'}</Fact>
          <Fact label="Driver">{row.driver}</Fact>
          <Fact label="Scope">{row.scope}</Fact>
          <Fact label="On the host" mono>
            {row.mountpoint && (
              <span className="flex items-center gap-1">
                {row.mountpoint}
                <CopyButton text={row.mountpoint} className="-my-1" />
              </span>
            )}
          </Fact>
          <Fact label="Created">
            <RelativeTime at={row.createdAt > 0 ? row.createdAt * 1000 : undefined} />
          </Fact>
          {options.map(([name, value]) => (
            <Fact key={name} label={`Option ${name}`} mono>
              {value}
            </Fact>
          ))}
        </Facts>
      </Section>
      <UsersSection
        title="Used by"
        rows={users}
        none="No container uses it: its data is kept until it is removed."
        extraHead="Mounted at"
        extra={(container) => container.mounts.find(({ name }) => name === row.name)?.destination}
      />
      {Object.keys(row.labels).length > 0 && <ContainerLabels labels={row.labels} />}
    </div>
  );
}
