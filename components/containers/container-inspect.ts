import { z } from 'zod';
import {
  goFlag as flag,
  goList as list,
  goMap as map,
  goNumber as number,
  goText as text,
} from '#components/inspect/engine-json.ts';

const port = z.object({ HostIp: text, HostPort: text });

const endpointSchema = z.object({
  NetworkID: text,
  IPAddress: text,
  IPPrefixLen: number,
  GlobalIPv6Address: text,
  Gateway: text,
  MacAddress: text,
  Aliases: list(z.string()),
});

/** What the overview reads of `GET /containers/{id}/json`, from Docker 20.10 to the newest and Podman. */
export const containerInspectSchema = z.object({
  Id: z.string(),
  Name: text,
  Created: text,
  Path: text,
  Args: list(z.string()),
  Image: text,
  Platform: text,
  RestartCount: number,
  State: z.object({
    Status: text,
    ExitCode: number,
    OOMKilled: flag,
    Error: text,
    Pid: number,
    StartedAt: text,
    FinishedAt: text,
    Health: z
      .object({
        Status: text,
        FailingStreak: number,
        Log: list(z.object({ Start: text, End: text, ExitCode: number, Output: text })),
      })
      .nullish(),
  }),
  Config: z.object({
    Hostname: text,
    User: text,
    Env: list(z.string()),
    Cmd: list(z.string()),
    Entrypoint: z
      .union([z.array(z.string()), z.string()])
      .nullish()
      .transform((value) => (typeof value === 'string' ? [value] : (value ?? []))),
    Image: text,
    WorkingDir: text,
    Labels: map(z.string()),
    Tty: flag,
    OpenStdin: flag,
    StopSignal: text,
    Healthcheck: z.object({ Test: list(z.string()) }).nullish(),
  }),
  HostConfig: z.object({
    NetworkMode: text,
    RestartPolicy: z.object({ Name: text, MaximumRetryCount: number }).nullish(),
    AutoRemove: flag,
    Privileged: flag,
    ReadonlyRootfs: flag,
    Init: flag,
    CapAdd: list(z.string()),
    CapDrop: list(z.string()),
    SecurityOpt: list(z.string()),
    PidMode: text,
    IpcMode: text,
    Memory: number,
    MemorySwap: number,
    MemoryReservation: number,
    NanoCpus: number,
    CpuShares: number,
    CpuQuota: number,
    CpuPeriod: number,
    CpusetCpus: text,
    PidsLimit: number,
    ShmSize: number,
    Runtime: text,
    LogConfig: z.object({ Type: text }).nullish(),
    Devices: list(z.object({ PathOnHost: text, PathInContainer: text })),
  }),
  Mounts: list(
    z.object({ Type: text, Name: text, Source: text, Destination: text, Driver: text, Mode: text, RW: flag }),
  ),
  NetworkSettings: z.object({
    Ports: map(z.array(port).nullish()),
    Networks: map(endpointSchema),
  }),
});

export type ContainerInspect = z.infer<typeof containerInspectSchema>;

/** What a person means by "the command": entrypoint and arguments as they run. */
export function commandWords(inspect: ContainerInspect): string[] {
  return [inspect.Path, ...inspect.Args].filter((word, i) => i > 0 || word !== '');
}

/** `always`, `on-failure, at most 5 times`, `unless stopped`, `no`. */
export function restartPolicyText(policy: ContainerInspect['HostConfig']['RestartPolicy']): string {
  const name = policy?.Name || 'no';
  if (name === 'no') return 'not restarted';
  if (name === 'on-failure')
    return policy && policy.MaximumRetryCount > 0
      ? `on failure, at most ${policy.MaximumRetryCount} times`
      : 'on failure, without end';
  return name.replace('-', ' ');
}

/** CPUs that the limits allow; undefined without a limit. */
export function cpuLimit({ NanoCpus, CpuQuota, CpuPeriod }: ContainerInspect['HostConfig']): number | undefined {
  if (NanoCpus > 0) return NanoCpus / 1e9;
  if (CpuQuota > 0) return CpuQuota / (CpuPeriod || 100_000);
  return undefined;
}

/** `NAME=value` taken apart at the first `=`. */
export function splitEnv(entry: string): { name: string; value: string } {
  const at = entry.indexOf('=');
  return at < 0 ? { name: entry, value: '' } : { name: entry.slice(0, at), value: entry.slice(at + 1) };
}

export interface PublishedPort {
  /** `80/tcp` */
  inside: string;
  bindings: { address: string; port: string }[];
}

/** Ports, published ones first, by number; v4 and v6 wildcards count once. */
export function publishedPorts(ports: ContainerInspect['NetworkSettings']['Ports']): PublishedPort[] {
  return Object.entries(ports)
    .map(([inside, bound]) => {
      const seen = new Set<string>();
      const bindings = (bound ?? []).flatMap(({ HostIp, HostPort }) => {
        const address = HostIp === '' || HostIp === '0.0.0.0' || HostIp === '::' ? '' : HostIp;
        if (seen.has(`${address}:${HostPort}`)) return [];
        seen.add(`${address}:${HostPort}`);
        return [{ address, port: HostPort }];
      });
      return { inside, bindings };
    })
    .sort(
      (a, b) =>
        Number(a.bindings.length === 0) - Number(b.bindings.length === 0) ||
        Number.parseInt(a.inside, 10) - Number.parseInt(b.inside, 10),
    );
}
