'use client';
import { ExternalLink } from 'lucide-react';
import Link from 'next/link';
import { timeOf } from '#components/inspect/engine-json.ts';
import { shownError } from '#components/live/errors.ts';
import { useEngine } from '#components/live/inventory-store.ts';
import { Badge } from '#components/ui/badge.tsx';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Fact, Facts, NothingHere, Section, SmallTable } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { exitMeaning } from '#lib/shared/exit-meaning.ts';
import { formatBytes, shellQuote, shortId } from '#lib/shared/format.ts';
import type { ContainerRow } from '#lib/shared/inventory.ts';
import { ContainerEnv, ContainerLabels } from './container-env.tsx';
import { ContainerHealth } from './container-health.tsx';
import {
  type ContainerInspect,
  commandWords,
  cpuLimit,
  publishedPorts,
  restartPolicyText,
} from './container-inspect.ts';
import { portLink } from './port-link.ts';
import { useContainerInspect } from './use-inspect.ts';

/** All that one wants to know of a container at a glance. */
export function ContainerOverview({ row }: { row: ContainerRow }) {
  const { data, error, refetch } = useContainerInspect(row);
  if (error && !data)
    return (
      <ErrorState
        title={`${row.name} could not be read`}
        error={shownError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (!data) return <SkeletonRows />;
  const { State: state } = data;
  return (
    <>
      {state.Error && <Banner tone="bad">{state.Error}</Banner>}
      <div className="grid content-start gap-3 p-3 sm:p-4 lg:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-3">
          <StateSection inspect={data} />
          <PortsSection row={row} inspect={data} />
          <NetworksSection row={row} inspect={data} />
          <MountsSection row={row} inspect={data} />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <RunSection row={row} inspect={data} />
          <LimitsSection inspect={data} />
          {state.Health && <ContainerHealth health={state.Health} test={data.Config.Healthcheck?.Test ?? []} />}
        </div>
        <ContainerEnv engine={row.engine} env={data.Config.Env} />
        <ContainerLabels labels={data.Config.Labels} />
      </div>
    </>
  );
}

interface PartProps {
  row: ContainerRow;
  inspect: ContainerInspect;
}

function StateSection({ inspect }: Pick<PartProps, 'inspect'>) {
  const { State: state, RestartCount, HostConfig } = inspect;
  const startedAt = timeOf(state.StartedAt);
  const finishedAt = timeOf(state.FinishedAt);
  const isUp = state.Status === 'running' || state.Status === 'paused' || state.Status === 'restarting';
  const meaning = exitMeaning(state.ExitCode, state.OOMKilled);
  return (
    <Section title="State">
      <Facts>
        {/* Not the engine's sentence: its "Up 2 seconds" is as old as the last list. */}
        <Fact label="Status">{state.Status}</Fact>
        {isUp && (
          <Fact label="Started">
            <RelativeTime at={startedAt} />
          </Fact>
        )}
        {!isUp && finishedAt !== undefined && (
          <>
            <Fact label="Ended">
              <RelativeTime at={finishedAt} />
            </Fact>
            <Fact label="Exit code">
              <span className={state.ExitCode === 0 ? undefined : 'text-warn'}>
                <span className="font-mono">{state.ExitCode}</span>
                {meaning && `: ${meaning}`}
              </span>
            </Fact>
          </>
        )}
        {isUp && state.OOMKilled && (
          <Fact label="Memory">
            <Badge tone="bad">a process was killed for want of memory</Badge>
          </Fact>
        )}
        <Fact label="Created">
          <RelativeTime at={timeOf(inspect.Created)} />
        </Fact>
        <Fact label="Restart">
          {restartPolicyText(HostConfig.RestartPolicy)}
          {RestartCount > 0 && (
            <Badge tone="warn" className="ml-2">
              restarted {RestartCount} {RestartCount === 1 ? 'time' : 'times'}
            </Badge>
          )}
        </Fact>
        <Fact label="Process">{state.Pid > 0 && `${state.Pid} on the host`}</Fact>
        {HostConfig.AutoRemove && <Fact label="At its end">removed (--rm)</Fact>}
      </Facts>
    </Section>
  );
}

function RunSection({ row, inspect }: PartProps) {
  const { Config: config, HostConfig: host } = inspect;
  const command = commandWords(inspect).map(shellQuote).join(' ');
  const engine = encodeURIComponent(row.engine);
  return (
    <Section title="What runs">
      <Facts>
        <Fact label="Image">
          <Link
            className="text-accent-text hover:underline"
            href={`/engines/${engine}/images/${encodeURIComponent(inspect.Image)}`}
          >
            {config.Image || shortId(inspect.Image)}
          </Link>
        </Fact>
        <Fact label="Command" mono>
          {command && (
            <span className="flex items-start gap-1">
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
              <span tabIndex={0} className="max-h-28 min-w-0 overflow-y-auto">
                {command}
              </span>
              <CopyButton text={command} label="Copy the command" className="-my-0.5" />
            </span>
          )}
        </Fact>
        <Fact label="Folder" mono>
          {config.WorkingDir}
        </Fact>
        <Fact label="User" mono>
          {config.User}
        </Fact>
        <Fact label="Host name" mono>
          {config.Hostname}
        </Fact>
        {row.project && (
          <Fact label="Stack">
            <Link
              className="text-accent-text underline decoration-line-strong underline-offset-2"
              href={`/stacks/${engine}/${encodeURIComponent(row.project)}`}
            >
              {row.project}
            </Link>
            {row.service && <span className="text-ink-soft">, service {row.service}</span>}
          </Fact>
        )}
        <Fact label="Id" mono>
          <span className="flex items-center gap-1">
            {shortId(row.id)}
            <CopyButton text={row.id} label="Copy the whole id" className="-my-1" />
          </span>
        </Fact>
        <Fact label="Stop signal">{config.StopSignal}</Fact>
        <Fact label="Log driver">{host.LogConfig?.Type !== 'json-file' && host.LogConfig?.Type}</Fact>
        <Fact label="Terminal">{config.Tty && 'yes (tty)'}</Fact>
      </Facts>
    </Section>
  );
}

function PortsSection({ row, inspect }: PartProps) {
  const url = useEngine(row.engine)?.url ?? '';
  const ports = publishedPorts(inspect.NetworkSettings.Ports);
  const isHost = inspect.HostConfig.NetworkMode === 'host';
  const isLocal = url.startsWith('unix:');
  return (
    <Section title="Ports" count={ports.length}>
      {ports.length === 0 && (
        <NothingHere>{isHost ? 'It uses the network of its host: all its ports are there.' : 'No ports.'}</NothingHere>
      )}
      <ul className="py-1">
        {ports.map(({ inside, bindings }) => (
          <li key={inside} className="flex flex-wrap items-baseline gap-x-3 px-3 py-0.5">
            <span className="w-20 font-mono text-xs">{inside}</span>
            {bindings.length === 0 && <span className="text-ink-faint">not published</span>}
            {bindings.map(({ address, port }) => {
              const text = `${address || '*'}:${port}`;
              const link = portLink({ engineUrl: url, address, port, inside, consoleHost: window.location.hostname });
              return link ? (
                <a
                  key={text}
                  href={link}
                  target="_blank"
                  rel="noopener noreferrer"
                  className="inline-flex items-center gap-1 font-mono text-accent-text text-xs hover:underline"
                >
                  {link.replace(/^https?:\/\//, '')}
                  <ExternalLink aria-hidden="true" className="size-3" />
                </a>
              ) : (
                <span key={text} className="font-mono text-xs">
                  {text}
                </span>
              );
            })}
          </li>
        ))}
      </ul>
      {isLocal && ports.some(({ bindings }) => bindings.length > 0) && (
        <p className="border-t px-3 py-1.5 text-ink-faint text-xs">
          On the engine's own host. Not linked: a link by this console's name would carry your session cookie to the
          container.
        </p>
      )}
    </Section>
  );
}

function NetworksSection({ row, inspect }: PartProps) {
  const networks = Object.entries(inspect.NetworkSettings.Networks);
  return (
    <Section title="Networks" count={networks.length}>
      {networks.length === 0 ? (
        <NothingHere>In no network.</NothingHere>
      ) : (
        <SmallTable heads={['Network', 'Address', 'Names there']}>
          {networks.map(([name, endpoint]) => (
            <tr key={name}>
              <td>
                <Link
                  className="text-accent-text hover:underline"
                  href={`/engines/${encodeURIComponent(row.engine)}/networks/${encodeURIComponent(endpoint.NetworkID || name)}`}
                >
                  {name}
                </Link>
              </td>
              <td className="font-mono text-xs">
                {endpoint.IPAddress ? `${endpoint.IPAddress}/${endpoint.IPPrefixLen}` : '–'}
                {endpoint.GlobalIPv6Address && <span className="block">{endpoint.GlobalIPv6Address}</span>}
              </td>
              <td className="font-mono text-xs">{[...new Set(endpoint.Aliases)].join(', ') || '–'}</td>
            </tr>
          ))}
        </SmallTable>
      )}
    </Section>
  );
}

function MountsSection({ row, inspect }: PartProps) {
  const { Mounts: mounts } = inspect;
  return (
    <Section title="Mounts" count={mounts.length}>
      {mounts.length === 0 ? (
        <NothingHere>Nothing is mounted: what it writes goes with it.</NothingHere>
      ) : (
        <SmallTable heads={['In the container', 'From', '']}>
          {mounts.map((mount) => (
            <tr key={mount.Destination}>
              <td className="break-all font-mono text-xs">{mount.Destination}</td>
              <td className="break-all font-mono text-xs">
                {mount.Type === 'volume' && mount.Name ? (
                  <Link
                    className="text-accent-text hover:underline"
                    href={`/engines/${encodeURIComponent(row.engine)}/volumes/${encodeURIComponent(mount.Name)}`}
                  >
                    {/^[0-9a-f]{64}$/.test(mount.Name) ? shortId(mount.Name) : mount.Name}
                  </Link>
                ) : (
                  mount.Source || '–'
                )}
              </td>
              <td className="whitespace-nowrap text-ink-faint text-xs">
                {mount.Type}
                {!mount.RW && ', read-only'}
              </td>
            </tr>
          ))}
        </SmallTable>
      )}
    </Section>
  );
}

function LimitsSection({ inspect }: { inspect: ContainerInspect }) {
  const { HostConfig: host } = inspect;
  const cpus = cpuLimit(host);
  const risks = [
    host.Privileged && 'privileged: everything that its host may',
    host.PidMode === 'host' && "sees the host's processes",
    host.IpcMode === 'host' && "shares the host's memory segments",
    host.NetworkMode === 'host' && "uses the host's network",
    host.CapAdd.length > 0 && `more capabilities: ${host.CapAdd.join(', ')}`,
    host.Devices.length > 0 && `devices: ${host.Devices.map((device) => device.PathOnHost).join(', ')}`,
    host.SecurityOpt.length > 0 && `security options: ${host.SecurityOpt.join(', ')}`,
  ].filter((risk) => risk !== false);
  return (
    <Section title="Limits and rights">
      <Facts>
        <Fact label="Memory">
          {host.Memory > 0 ? `at most ${formatBytes(host.Memory)}` : 'no limit'}
          {host.MemoryReservation > 0 && `, ${formatBytes(host.MemoryReservation)} reserved`}
        </Fact>
        <Fact label="CPU">
          {cpus === undefined ? 'no limit' : `at most ${cpus} ${cpus === 1 ? 'core' : 'cores'}`}
          {host.CpusetCpus && `, on ${host.CpusetCpus}`}
          {host.CpuShares > 0 && host.CpuShares !== 1024 && `, weight ${host.CpuShares}`}
        </Fact>
        <Fact label="Processes">{host.PidsLimit > 0 && `at most ${host.PidsLimit}`}</Fact>
        <Fact label="Shared memory">{host.ShmSize > 0 && formatBytes(host.ShmSize)}</Fact>
        <Fact label="Files">{host.ReadonlyRootfs && 'read-only'}</Fact>
        <Fact label="Dropped">{host.CapDrop.length > 0 && host.CapDrop.join(', ')}</Fact>
        <Fact label="Runtime">{host.Runtime !== 'runc' && host.Runtime}</Fact>
        {risks.length > 0 && (
          <Fact label="Mind">
            {risks.map((risk) => (
              <span key={risk} className="block text-warn">
                {risk}
              </span>
            ))}
          </Fact>
        )}
      </Facts>
    </Section>
  );
}
