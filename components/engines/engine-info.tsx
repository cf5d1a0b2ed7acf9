'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { z } from 'zod';
import { Sparkline } from '#components/charts/sparkline.tsx';
import { useEngineStats } from '#components/fleet/use-engine-stats.ts';
import { goFlag, goList, goMap, goNumber, goText } from '#components/inspect/engine-json.ts';
import { doorFetch } from '#components/live/door.ts';
import { shownError } from '#components/live/errors.ts';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';
import { Fact, Facts, Section } from '#components/ui/facts.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { SkeletonRows } from '#components/ui/skeleton.tsx';
import { formatBytes, formatPercent } from '#lib/shared/format.ts';
import type { EngineStatus } from '#lib/shared/inventory.ts';

const infoSchema = z.object({
  Name: goText,
  OperatingSystem: goText,
  OSType: goText,
  Architecture: goText,
  KernelVersion: goText,
  NCPU: goNumber,
  MemTotal: goNumber,
  Driver: goText,
  DriverStatus: goList(z.array(z.string())),
  DockerRootDir: goText,
  LoggingDriver: goText,
  CgroupDriver: goText,
  CgroupVersion: goText,
  DefaultRuntime: goText,
  Runtimes: goMap(z.unknown()),
  InitBinary: goText,
  LiveRestoreEnabled: goFlag,
  ExperimentalBuild: goFlag,
  Debug: goFlag,
  HttpProxy: goText,
  HttpsProxy: goText,
  NoProxy: goText,
  Labels: goList(z.string()),
  SecurityOptions: goList(z.string()),
  Warnings: goList(z.string()),
  RegistryConfig: z.object({ Mirrors: goList(z.string()), InsecureRegistryCIDRs: goList(z.string()) }).nullish(),
  Plugins: z.object({ Volume: goList(z.string()), Network: goList(z.string()), Log: goList(z.string()) }).nullish(),
  Swarm: z.object({ LocalNodeState: goText, ControlAvailable: goFlag, Nodes: goNumber }).nullish(),
});

const versionSchema = z.object({
  Version: goText,
  ApiVersion: goText,
  MinAPIVersion: goText,
  GoVersion: goText,
  GitCommit: goText,
  BuildTime: goText,
  Components: goList(z.object({ Name: goText, Version: goText })),
});

/** The host and the engine as they describe themselves. */
export function EngineInfo({ engine }: { engine: EngineStatus }) {
  const { name } = engine;
  const { data, error, refetch } = useQuery({
    queryKey: ['engine-info', name, engine.version, engine.state],
    retry: false,
    queryFn: async ({ signal }) => {
      const read = (path: string) => doorFetch(name, 'GET', path, undefined, { signal });
      const [info, version] = await Promise.all([read('/info'), read('/version')]);
      return { info: infoSchema.parse(info), version: versionSchema.parse(version) };
    },
  });
  if (error && !data)
    return (
      <ErrorState
        title={`${name} did not answer`}
        error={shownError(error)}
        action={<Button onClick={() => void refetch()}>Try again</Button>}
      />
    );
  if (!data) return <SkeletonRows />;
  const { info, version } = data;
  const parts = version.Components.filter((part) => part.Name !== 'Engine').map(
    (part) => `${part.Name} ${part.Version}`,
  );
  return (
    <>
      {info.Warnings.map((warning) => (
        <Banner key={warning} tone="warn">
          {warning}
        </Banner>
      ))}
      <div className="grid content-start gap-3 p-3 sm:p-4 lg:grid-cols-2">
        <Use engine={engine} />
        <Section title="Host">
          <Facts>
            <Fact label="Name">{info.Name}</Fact>
            <Fact label="System">{info.OperatingSystem}</Fact>
            <Fact label="Kernel">{info.KernelVersion}</Fact>
            <Fact label="Platform">{[info.OSType, info.Architecture].filter(Boolean).join('/')}</Fact>
            <Fact label="CPU">{`${info.NCPU} ${info.NCPU === 1 ? 'core' : 'cores'}`}</Fact>
            <Fact label="Memory">{formatBytes(info.MemTotal)}</Fact>
            <Fact label="Address" mono>
              {engine.url}
            </Fact>
            <Fact label="Labels" mono>
              {info.Labels.join(', ')}
            </Fact>
          </Facts>
        </Section>
        <Section title={engine.product ?? 'Engine'}>
          <Facts>
            <Fact label="Version">{version.Version}</Fact>
            <Fact label="API">
              {version.ApiVersion}
              {version.MinAPIVersion && `, down to ${version.MinAPIVersion}`}
            </Fact>
            <Fact label="With">{parts.join(', ')}</Fact>
            <Fact label="Built">
              {[version.GitCommit, version.GoVersion, version.BuildTime].filter(Boolean).join(', ')}
            </Fact>
            <Fact label="Runtimes">
              {Object.keys(info.Runtimes)
                .map((runtime) => (runtime === info.DefaultRuntime ? `${runtime} (default)` : runtime))
                .join(', ')}
            </Fact>
            <Fact label="Cgroups">
              {[info.CgroupVersion && `v${info.CgroupVersion}`, info.CgroupDriver].filter(Boolean).join(', ')}
            </Fact>
            <Fact label="Logs">{info.LoggingDriver}</Fact>
            <Fact label="Live restore">{info.LiveRestoreEnabled ? 'on' : 'off'}</Fact>
            <Fact label="Swarm">
              {info.Swarm?.LocalNodeState === 'active' &&
                `${info.Swarm.ControlAvailable ? 'manager' : 'worker'}${info.Swarm.Nodes ? ` of ${info.Swarm.Nodes} nodes` : ''}`}
            </Fact>
            <Fact label="Security">
              {info.SecurityOptions.map((option) => option.replace(/^name=/, '').replace(/,.*$/, '')).join(', ')}
            </Fact>
          </Facts>
        </Section>
        <Section title="Storage and reach">
          <Facts>
            <Fact label="Driver">{info.Driver}</Fact>
            {info.DriverStatus.slice(0, 8).map(([label = '', value = '']) => (
              <Fact key={label} label={label}>
                {value}
              </Fact>
            ))}
            <Fact label="Folder" mono>
              {info.DockerRootDir}
            </Fact>
            <Fact label="Mirrors" mono>
              {info.RegistryConfig?.Mirrors.join(', ')}
            </Fact>
            <Fact label="Proxy" mono>
              {[...new Set([info.HttpProxy, info.HttpsProxy])].filter(Boolean).join(', ')}
            </Fact>
            <Fact label="Network drivers">{info.Plugins?.Network.join(', ')}</Fact>
            <Fact label="Volume drivers">{info.Plugins?.Volume.join(', ')}</Fact>
          </Facts>
        </Section>
      </div>
    </>
  );
}

const shownSamples = 60;

function Use({ engine }: { engine: EngineStatus }) {
  const stats = useEngineStats(engine.state === 'live' ? [engine.name] : []).get(engine.name);
  const [past, setPast] = useState<readonly { cpu: number; memory: number }[]>([]);
  useEffect(() => {
    if (!stats) return;
    setPast((before) => [...before, { cpu: stats.cpuPercent, memory: stats.memoryBytes }].slice(-shownSamples));
  }, [stats]);
  const { counts, cpus, memoryBytes } = engine;
  return (
    <Section title="Now" action={<Age engine={engine} />}>
      <Facts>
        <Fact label="Containers">
          {counts && `${counts.running} running, ${counts.paused} paused, ${counts.stopped} stopped`}
        </Fact>
        <Fact label="Objects">
          {counts && `${counts.images} images, ${counts.networks} networks, ${counts.volumes} volumes`}
        </Fact>
        <Fact label="CPU in use">
          {stats ? (
            <span className="flex items-center gap-3">
              {formatPercent(stats.cpuPercent)} of {(cpus ?? 1) * 100}%
              <Sparkline values={past.map((point) => point.cpu)} label="CPU of late" className="text-chart-2" />
            </span>
          ) : (
            '–'
          )}
        </Fact>
        <Fact label="Memory in use">
          {stats ? (
            <span className="flex items-center gap-3">
              {formatBytes(stats.memoryBytes)} of {formatBytes(memoryBytes)}
              <Sparkline values={past.map((point) => point.memory)} label="Memory of late" className="text-chart-4" />
            </span>
          ) : (
            '–'
          )}
        </Fact>
      </Facts>
      <p className="border-t px-3 py-1.5 text-ink-faint text-xs">
        Sums over its running containers
        {stats && stats.sampled < stats.running && ` (${stats.sampled} of ${stats.running})`}; the host's other
        processes are not in the Engine API.
      </p>
    </Section>
  );
}

function Age({ engine }: { engine: EngineStatus }) {
  return (
    <span className="text-ink-faint text-xs">
      as of <RelativeTime at={engine.asOf} />
    </span>
  );
}
