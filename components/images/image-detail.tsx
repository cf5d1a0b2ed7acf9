'use client';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { accessTab, ObjectAccess } from '#components/access/access-tab.tsx';
import { historyTab, ObjectHistory } from '#components/audit/history-tab.tsx';
import { ContainerEnv, ContainerLabels } from '#components/containers/container-env.tsx';
import { UsersSection, useContainersOf } from '#components/containers/users-table.tsx';
import { timeOf } from '#components/inspect/engine-json.ts';
import { InspectPanel } from '#components/inspect/inspect-panel.tsx';
import { doorFetch } from '#components/live/door.ts';
import { shownError } from '#components/live/errors.ts';
import { useObject } from '#components/live/use-object.ts';
import type { DetailTab } from '#components/resource/detail-frame.tsx';
import { SimpleDetail } from '#components/resource/simple-detail.tsx';
import { Button } from '#components/ui/button.tsx';
import { Bytes } from '#components/ui/bytes.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Fact, Facts, NothingHere, Section, SmallTable } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { shellQuote, shortId } from '#lib/shared/format.ts';
import type { ContainerRow, ImageRow } from '#lib/shared/inventory.ts';
import { imageHistorySchema, imageInspectSchema, layerCommand } from './image-inspect.ts';
import { images } from './images.tsx';

const tabs = [
  { id: '', label: 'Overview', needs: 'image.inspect' },
  { id: 'layers', label: 'Layers', needs: 'image.history' },
  { id: 'inspect', label: 'Inspect', needs: 'image.inspect' },
  historyTab,
  accessTab,
] as const satisfies readonly DetailTab[];

const names = (row: ImageRow) => [...row.tags, ...row.digests];

/** The page of one image: `reference` is an id or a tag. */
export function ImageDetail({ engine, reference, tab }: { engine: string; reference: string; tab: string }) {
  const object = useObject('image', engine, reference, names);
  const base = `/engines/${encodeURIComponent(object.engine)}/images/${encodeURIComponent(reference)}`;
  // A tag comes and goes without the image being another one.
  const shown = { ...object, renamedFrom: undefined };
  return (
    <SimpleDetail resource={images} object={shown} reference={reference} tabs={tabs} tab={tab} base={base}>
      {(row) => {
        if (tab === 'layers') return <Layers row={row} />;
        if (tab === 'history') return <ObjectHistory engine={row.engine} object={row.id} name={row.tags[0]} />;
        if (tab === 'access')
          return <ObjectAccess engine={row.engine} kind="image" object={row.id} name={images.name(row)} />;
        if (tab !== 'inspect') return <Overview row={row} />;
        return (
          <InspectPanel
            engine={row.engine}
            path={`/images/${encodeURIComponent(row.id)}/json`}
            label={images.name(row)}
            version={row.tags.join()}
          />
        );
      }}
    </SimpleDetail>
  );
}

function Overview({ row }: { row: ImageRow }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['image', row.engine, row.id, row.tags.join()],
    retry: false,
    queryFn: async ({ signal }) =>
      imageInspectSchema.parse(
        await doorFetch(row.engine, 'GET', `/images/${encodeURIComponent(row.id)}/json`, undefined, { signal }),
      ),
  });
  const users = useContainersOf(
    row.engine,
    useCallback((container: ContainerRow) => container.imageId === row.id, [row.id]),
  );
  if (error && !data)
    return (
      <ErrorState
        title="The image could not be read"
        error={shownError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (!data) return <SkeletonRows />;
  const { Config: config } = data;
  const words = (list: readonly string[]) => list.map(shellQuote).join(' ');
  return (
    <div className="grid content-start gap-3 p-3 sm:p-4 lg:grid-cols-2">
      <Section title="Image">
        <Facts>
          <Fact label="Tags" mono>
            {row.tags.map((tag) => (
              <Copyable key={tag} text={tag} />
            ))}
            {row.tags.length === 0 && <span className="text-ink-faint">none</span>}
          </Fact>
          <Fact label="Digests" mono>
            {row.digests.length > 0 && row.digests.map((digest) => <Copyable key={digest} text={digest} />)}
          </Fact>
          <Fact label="Id" mono>
            <Copyable text={row.id} shown={shortId(row.id)} />
          </Fact>
          <Fact label="Size">
            <Bytes value={data.Size} />
          </Fact>
          <Fact label="Created">
            <RelativeTime at={timeOf(data.Created)} />
          </Fact>
          <Fact label="Platform">{[data.Os, data.Architecture, data.Variant].filter(Boolean).join('/')}</Fact>
          <Fact label="Author">{data.Author}</Fact>
        </Facts>
      </Section>
      <Section title="What a container of it runs">
        <Facts>
          <Fact label="Entrypoint" mono>
            {config && words(config.Entrypoint)}
          </Fact>
          <Fact label="Command" mono>
            {config && words(config.Cmd)}
          </Fact>
          <Fact label="Folder" mono>
            {config?.WorkingDir}
          </Fact>
          <Fact label="User" mono>
            {config?.User || 'root'}
          </Fact>
          <Fact label="Ports" mono>
            {config && Object.keys(config.ExposedPorts).join(', ')}
          </Fact>
          <Fact label="Volumes" mono>
            {config && Object.keys(config.Volumes).join(', ')}
          </Fact>
          <Fact label="Stop signal">{config?.StopSignal}</Fact>
        </Facts>
      </Section>
      <div className="min-w-0 lg:col-span-2">
        <UsersSection title="Used by" rows={users} none="No container uses it: it can be removed." />
      </div>
      {config && config.Env.length > 0 && <ContainerEnv engine={row.engine} env={config.Env} />}
      {config && Object.keys(config.Labels).length > 0 && <ContainerLabels labels={config.Labels} />}
    </div>
  );
}

function Copyable({ text, shown }: { text: string; shown?: string }) {
  return (
    <span className="flex items-center gap-1">
      <span className="min-w-0 break-all">{shown ?? text}</span>
      <CopyButton text={text} className="-my-1 size-5" />
    </span>
  );
}

function Layers({ row }: { row: ImageRow }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['image-history', row.engine, row.id],
    retry: false,
    // Layers of an id never change.
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) =>
      imageHistorySchema.parse(
        await doorFetch(row.engine, 'GET', `/images/${encodeURIComponent(row.id)}/history`, undefined, { signal }),
      ),
  });
  if (error)
    return (
      <ErrorState
        title="The layers could not be read"
        error={shownError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (!data) return <SkeletonRows />;
  if (data.length === 0) return <NothingHere>The engine knows no history of this image.</NothingHere>;
  const largest = Math.max(1, ...data.map((layer) => layer.Size));
  return (
    <SmallTable heads={['Layer', 'Size', 'Made by', 'Created']}>
      {data.map((layer, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: layers have an order and, mostly, no id
        <tr key={i} className="hover:bg-hover">
          <td className="text-ink-faint tabular-nums">{data.length - i}</td>
          <td className="w-40 whitespace-nowrap">
            <Bytes value={layer.Size} className={layer.Size === 0 ? 'text-ink-faint' : undefined} />
            <span
              aria-hidden="true"
              className="mt-1 block h-1 rounded-full bg-chart-2"
              style={{ width: `${(layer.Size / largest) * 100}%` }}
            />
          </td>
          <td className="min-w-60">
            <code className="whitespace-pre-wrap break-all font-mono text-xs">
              {layerCommand(layer.CreatedBy) || layer.Comment || '–'}
            </code>
            {layer.Tags.length > 0 && <span className="block text-accent-text text-xs">{layer.Tags.join(', ')}</span>}
          </td>
          <td className="whitespace-nowrap">
            <RelativeTime at={layer.Created > 0 ? layer.Created * 1000 : undefined} />
          </td>
        </tr>
      ))}
    </SmallTable>
  );
}
