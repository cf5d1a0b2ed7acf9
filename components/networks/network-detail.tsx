'use client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Unlink } from 'lucide-react';
import Link from 'next/link';
import { useCallback, useState } from 'react';
import { z } from 'zod';
import { accessTab, ObjectAccess } from '#components/access/access-tab.tsx';
import { historyTab, ObjectHistory } from '#components/audit/history-tab.tsx';
import { ContainerLabels } from '#components/containers/container-env.tsx';
import { ContainerState } from '#components/containers/container-state.tsx';
import { useContainersOf } from '#components/containers/users-table.tsx';
import { goFlag, goList, goMap, goText } from '#components/inspect/engine-json.ts';
import { InspectPanel } from '#components/inspect/inspect-panel.tsx';
import { useCapabilities } from '#components/live/capabilities-store.ts';
import { doorFetch } from '#components/live/door.ts';
import { shownError } from '#components/live/errors.ts';
import { startJob } from '#components/live/jobs.ts';
import { useObject } from '#components/live/use-object.ts';
import { useRunner } from '#components/resource/action-runner.tsx';
import type { DetailTab } from '#components/resource/detail-frame.tsx';
import { SimpleDetail } from '#components/resource/simple-detail.tsx';
import { postStep } from '#components/resource/steps.ts';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Fact, Facts, NothingHere, Section, SmallTable } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { toast } from '#components/ui/toast.ts';
import { shortId } from '#lib/shared/format.ts';
import type { ContainerRow, NetworkRow } from '#lib/shared/inventory.ts';
import { networkActions } from './network-actions.ts';
import { networks } from './networks.tsx';

const tabs = [
  { id: '', label: 'Overview', needs: 'network.inspect' },
  { id: 'inspect', label: 'Inspect', needs: 'network.inspect' },
  historyTab,
  accessTab,
] as const satisfies readonly DetailTab[];

const networkSchema = z.object({
  IPAM: z
    .object({ Driver: goText, Config: goList(z.object({ Subnet: goText, Gateway: goText, IPRange: goText })) })
    .nullish(),
  Options: goMap(z.string()),
  Labels: goMap(z.string()),
  Ingress: goFlag,
  Containers: goMap(
    z.object({ Name: goText, EndpointID: goText, MacAddress: goText, IPv4Address: goText, IPv6Address: goText }),
  ),
});
type NetworkInspect = z.infer<typeof networkSchema>;

const names = (row: NetworkRow) => [row.name];

/** The page of one network: `reference` is its name or id. */
export function NetworkDetail({ engine, reference, tab }: { engine: string; reference: string; tab: string }) {
  const object = useObject('network', engine, reference, names);
  const base = `/engines/${encodeURIComponent(object.engine)}/networks/${encodeURIComponent(reference)}`;
  return (
    <SimpleDetail resource={networks} object={object} reference={reference} tabs={tabs} tab={tab} base={base}>
      {(row) => {
        if (tab === 'history') return <ObjectHistory engine={row.engine} object={row.id} name={row.name} />;
        if (tab === 'access')
          return <ObjectAccess engine={row.engine} kind="network" object={row.id} name={row.name} />;
        if (tab !== 'inspect') return <Overview row={row} />;
        return (
          <InspectPanel
            engine={row.engine}
            path={`/networks/${encodeURIComponent(row.id)}`}
            label={row.name}
            version={String(row.containers)}
          />
        );
      }}
    </SimpleDetail>
  );
}

function Overview({ row }: { row: NetworkRow }) {
  const members = useContainersOf(
    row.engine,
    useCallback((container: ContainerRow) => container.networks.includes(row.name), [row.name]),
  );
  // Addresses are not in the lists; read again when somebody joins, leaves, starts or stops.
  const version = members.map(({ id, state, startedAt }) => `${id}${state}${startedAt}`).join();
  const { data, error, refetch } = useQuery({
    queryKey: ['network', row.engine, row.id, version],
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) =>
      networkSchema.parse(
        await doorFetch(row.engine, 'GET', `/networks/${encodeURIComponent(row.id)}`, undefined, { signal }),
      ),
  });
  if (error && !data)
    return (
      <ErrorState
        title="The network could not be read"
        error={shownError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (!data) return <SkeletonRows />;
  const options = Object.entries(data.Options);
  return (
    <div className="grid content-start gap-3 p-3 sm:p-4 lg:grid-cols-2">
      <Section title="Network">
        <Facts>
          <Fact label="Driver">{row.driver}</Fact>
          <Fact label="Scope">{row.scope}</Fact>
          <Fact label="Reach">
            {[row.internal && 'internal: no way out', row.attachable && 'attachable'].filter(Boolean).join(', ')}
          </Fact>
          <Fact label="IPv6">{row.ipv6 ? 'on' : 'off'}</Fact>
          <Fact label="Created">
            <RelativeTime at={row.createdAt * 1000} />
          </Fact>
          <Fact label="Id" mono>
            <span className="flex items-center gap-1">
              {shortId(row.id)}
              <CopyButton text={row.id} label="Copy the whole id" className="-my-1" />
            </span>
          </Fact>
        </Facts>
      </Section>
      <Section title="Addresses">
        {(data.IPAM?.Config ?? []).length === 0 && options.length === 0 && (
          <NothingHere>It hands out no addresses.</NothingHere>
        )}
        <Facts>
          {(data.IPAM?.Config ?? []).map((config) => (
            <Fact key={config.Subnet} label="Subnet" mono>
              {config.Subnet}
              {config.Gateway && <span className="text-ink-faint"> gateway {config.Gateway}</span>}
              {config.IPRange && <span className="text-ink-faint"> from {config.IPRange}</span>}
            </Fact>
          ))}
          {options.map(([name, value]) => (
            <Fact key={name} label={name.replace('com.docker.network.', '')} mono>
              {value}
            </Fact>
          ))}
        </Facts>
      </Section>
      <div className="min-w-0 lg:col-span-2">
        <Members row={row} members={members} inspect={data} />
      </div>
      {Object.keys(data.Labels).length > 0 && <ContainerLabels labels={data.Labels} />}
    </div>
  );
}

function Members(props: { row: NetworkRow; members: readonly ContainerRow[]; inspect: NetworkInspect }) {
  const { row, members, inspect } = props;
  const { may } = useCapabilities();
  const { run } = useRunner();
  const [leaving, setLeaving] = useState<ContainerRow>();
  const connect = networkActions.find(({ id }) => id === 'connect');
  const mayLeave = may(row.engine, 'network.disconnect') && row.name !== 'host' && row.name !== 'none';
  return (
    <Section
      title="Containers"
      count={members.length}
      action={
        connect &&
        may(row.engine, connect.needs) &&
        connect.refuse(row) === undefined && (
          <Button size="sm" onClick={() => run(networks, connect, [row])}>
            <connect.icon />
            Connect
          </Button>
        )
      }
    >
      {members.length === 0 ? (
        <NothingHere>No container is in it.</NothingHere>
      ) : (
        <SmallTable heads={['Container', 'State', 'IPv4', 'IPv6', 'MAC', '']}>
          {members.map((member) => {
            const endpoint = inspect.Containers[member.id];
            return (
              <tr key={member.id} className="hover:bg-hover">
                <td>
                  <Link
                    href={`/engines/${encodeURIComponent(row.engine)}/containers/${encodeURIComponent(member.name)}`}
                    className="block max-w-72 truncate text-accent-text hover:underline"
                  >
                    {member.name}
                  </Link>
                </td>
                <td className="whitespace-nowrap">
                  <ContainerState row={member} />
                </td>
                <td className="font-mono text-xs">{endpoint?.IPv4Address.replace(/\/\d+$/, '') || '–'}</td>
                <td className="font-mono text-xs">{endpoint?.IPv6Address.replace(/\/\d+$/, '') || '–'}</td>
                <td className="font-mono text-xs">{endpoint?.MacAddress || '–'}</td>
                <td className="text-right">
                  {mayLeave && (
                    <Button
                      tone="quiet"
                      size="icon"
                      className="size-6"
                      aria-label={`Disconnect ${member.name}`}
                      title="Disconnect"
                      onClick={() => setLeaving(member)}
                    >
                      <Unlink />
                    </Button>
                  )}
                </td>
              </tr>
            );
          })}
        </SmallTable>
      )}
      <ConfirmDialog
        open={leaving !== undefined}
        onOpenChange={(open) => !open && setLeaving(undefined)}
        title={`Disconnect ${leaving?.name ?? ''} from ${row.name}?`}
        confirmLabel="Disconnect"
        danger
        onConfirm={async () => {
          if (!leaving) return;
          const label = `disconnect ${leaving.name} from ${row.name}`;
          const body = { Container: leaving.id, Force: false };
          const steps = [postStep(row.engine, `/networks/${row.id}/disconnect`, label, body)];
          await startJob({ title: `Disconnect ${leaving.name}`, steps });
          toast.info(`Disconnecting ${leaving.name}`);
        }}
      >
        Its open connections through this network break.
      </ConfirmDialog>
    </Section>
  );
}
