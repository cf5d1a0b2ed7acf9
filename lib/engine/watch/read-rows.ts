import { z } from 'zod';
import type { ContainerRow, ImageRow, NetworkRow, VolumeRow } from '#lib/shared/inventory.ts';
import { wholeLabels } from '#lib/shared/inventory.ts';
import { maskNamed } from '#lib/shared/secret-names.ts';

/** Bounds for what engines put into rows: lists are kept in memory and sent to every viewer. */
const labelsMax = 256;
const labelKeyMax = 256;
const labelValueMax = 1024;
const textMax = 1024;
/** Of labels that are kept whole for decisions; with more, nobody with a scope sees the row. */
const wholeLabelsMax = 64 * 1024;

const text = z
  .string()
  .nullish()
  .transform((value) => cut(value ?? '', textMax));
const stringMap = z.record(z.string(), z.string().nullish()).nullish();
const labelMap = stringMap.transform(readLabels).catch({ labels: {} });
const list = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const containerAnswer = z.object({
  Id: z.string().min(1),
  Names: list(z.string()),
  Image: text,
  ImageID: text,
  Command: z.string().nullish().catch(''),
  Created: z.number().catch(0),
  State: text,
  Status: text,
  Ports: list(
    z.object({
      IP: z.string().optional(),
      PrivatePort: z.number(),
      PublicPort: z.number().optional(),
      Type: z.string().catch('tcp'),
    }),
  ).catch([]),
  Labels: labelMap,
  Health: z.object({ Status: z.string() }).nullish().catch(undefined),
  NetworkSettings: z
    .object({ Networks: z.record(z.string(), z.unknown()).nullish() })
    .nullish()
    .catch(undefined),
  Mounts: list(
    z.object({
      Type: z.string().catch(''),
      Name: z.string().optional(),
      Source: z.string().optional(),
      Destination: z.string().catch(''),
    }),
  ).catch([]),
});

/** Reads one row of `GET /containers/json`. Throws ZodError when it has no id. */
export function readContainer(engine: string, answer: unknown): ContainerRow {
  const said = containerAnswer.parse(answer);
  const state = said.State.toLowerCase();
  return {
    kind: 'container',
    engine,
    id: said.Id,
    name: ownName(said.Names),
    image: said.Image,
    imageId: said.ImageID,
    state,
    status: said.Status,
    health: readHealth(said.Health?.Status ?? said.Status),
    exitCode: ['exited', 'dead', 'stopped'].includes(state) ? readExitCode(said.Status) : undefined,
    createdAt: said.Created,
    ports: said.Ports.map((port) => ({
      ip: port.IP || undefined,
      private: port.PrivatePort,
      public: port.PublicPort || undefined,
      type: port.Type,
    })),
    networks: Object.keys(said.NetworkSettings?.Networks ?? {}),
    mounts: said.Mounts.map((mount) => ({
      type: mount.Type,
      name: mount.Name || undefined,
      source: mount.Source ? cut(mount.Source, textMax) : undefined,
      destination: cut(mount.Destination, textMax),
    })),
    ...said.Labels,
    project: said.Labels.labels['com.docker.compose.project'],
    service: said.Labels.labels['com.docker.compose.service'],
    command: cut(said.Command ?? '', textMax),
  };
}

/** Old links give a container names such as `/other/alias`; its own has one slash. */
function ownName(names: string[]): string {
  const own = names.find((name) => name.lastIndexOf('/') <= 0) ?? names[0] ?? '';
  return own.replace(/^\//, '');
}

/** The health in a status sentence (`Up 3 minutes (healthy)`) or word. */
export function readHealth(status: string): ContainerRow['health'] {
  if (/\bunhealthy\b/.test(status)) return 'unhealthy';
  if (/\bhealthy\b/.test(status)) return 'healthy';
  return /health: starting|^starting$/.test(status) ? 'starting' : undefined;
}

/** The code in `Exited (137) 2 hours ago`; undefined when there is none. */
export function readExitCode(status: string): number | undefined {
  const code = status.match(/^\w+ \((-?\d+)\)/)?.[1];
  return code === undefined ? undefined : Number(code);
}

const imageAnswer = z.object({
  Id: z.string().min(1),
  RepoTags: list(z.string()),
  RepoDigests: list(z.string()),
  Size: z.number().catch(0),
  Created: z.number().catch(0),
  Labels: labelMap,
});

/** Reads one row of `GET /images/json`; `containers` is counted by the caller. */
export function readImage(engine: string, answer: unknown): ImageRow {
  const said = imageAnswer.parse(answer);
  return {
    kind: 'image',
    engine,
    // Podman leaves the algorithm out.
    id: /^[0-9a-f]{64}$/.test(said.Id) ? `sha256:${said.Id}` : said.Id,
    tags: said.RepoTags.filter((tag) => tag !== '<none>:<none>'),
    digests: said.RepoDigests.filter((digest) => digest !== '<none>@<none>'),
    sizeBytes: said.Size,
    createdAt: said.Created,
    labels: said.Labels.labels,
    containers: 0,
  };
}

const networkAnswer = z.object({
  Id: z.string().min(1),
  Name: text,
  Driver: text,
  Scope: text,
  Internal: z.boolean().catch(false),
  Attachable: z.boolean().catch(false),
  EnableIPv6: z.boolean().catch(false),
  Created: z.string().optional().catch(undefined),
  IPAM: z
    .object({ Config: list(z.object({ Subnet: z.string().optional() })) })
    .nullish()
    .catch(undefined),
  Labels: labelMap,
});

const builtInNetworks = new Set(['bridge', 'host', 'none', 'podman']);

/** Reads one row of `GET /networks`. */
export function readNetwork(engine: string, answer: unknown): NetworkRow {
  const said = networkAnswer.parse(answer);
  return {
    kind: 'network',
    engine,
    id: said.Id,
    name: said.Name,
    driver: said.Driver,
    scope: said.Scope,
    internal: said.Internal,
    attachable: said.Attachable,
    ipv6: said.EnableIPv6,
    subnets: (said.IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : [])),
    createdAt: readTime(said.Created),
    ...said.Labels,
    containers: 0,
    builtIn: builtInNetworks.has(said.Name),
  };
}

const volumeAnswer = z.object({
  Name: z.string().min(1),
  Driver: text,
  Scope: text,
  Mountpoint: text,
  CreatedAt: z.string().optional().catch(undefined),
  Labels: labelMap,
  Options: stringMap.transform(boundLabels).catch({}),
});

/** Reads one entry of `GET /volumes`. */
export function readVolume(engine: string, answer: unknown): VolumeRow {
  const said = volumeAnswer.parse(answer);
  return {
    kind: 'volume',
    engine,
    id: said.Name,
    name: said.Name,
    driver: said.Driver,
    scope: said.Scope,
    mountpoint: said.Mountpoint,
    createdAt: readTime(said.CreatedAt),
    ...said.Labels,
    options: said.Options,
    containers: 0,
    anonymous: 'com.docker.volume.anonymous' in said.Labels.labels || /^[0-9a-f]{64}$/.test(said.Name),
  };
}

/** RFC 3339 to seconds since 1970; 0 when it is missing or no time. */
function readTime(value: string | undefined): number {
  const ms = value ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}

type SaidLabels = Record<string, string | null | undefined> | null | undefined;

function readLabels(said: SaidLabels): Pick<ContainerRow, 'labels' | typeof wholeLabels> {
  const labels = boundLabels(said);
  const entries = Object.entries(said ?? {}).map(([key, value]) => [key, value ?? ''] as const);
  const isWhole = entries.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
  if (isWhole) return { labels };
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return { labels, [wholeLabels]: size > wholeLabelsMax ? null : Object.fromEntries(entries) };
}

/** Rows go to everybody who may list, so what only some may see is masked here, as the door masks it in its lists. */
function boundLabels(labels: SaidLabels): Record<string, string> {
  const bounded: Record<string, string> = {};
  let count = 0;
  for (const key in labels) {
    // `__proto__` as a label would set the prototype instead of a key.
    if (key.length > labelKeyMax || key === '__proto__') continue;
    if (++count > labelsMax) break;
    bounded[key] = cut(maskNamed(key, labels[key] ?? ''), labelValueMax);
  }
  return bounded;
}

function cut(value: string, max: number): string {
  return value.length > max ? `${value.slice(0, max - 1)}…` : value;
}

const infoAnswer = z.object({
  Name: z.string().optional().catch(undefined),
  OperatingSystem: z.string().optional().catch(undefined),
  NCPU: z.number().optional().catch(undefined),
  MemTotal: z.number().optional().catch(undefined),
});

/** What the fleet page shows of `GET /info`. */
export function readInfo(answer: unknown): { hostname?: string; os?: string; cpus?: number; memoryBytes?: number } {
  const said = infoAnswer.parse(answer);
  return { hostname: said.Name, os: said.OperatingSystem, cpus: said.NCPU, memoryBytes: said.MemTotal };
}
