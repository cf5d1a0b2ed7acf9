import { z } from 'zod';

/** The newest API whose answers we know; newer engines are asked in this one as long as they still speak it. */
const newestKnown = '1.51';

const versionAnswer = z.object({
  Version: z.string().default(''),
  ApiVersion: z.string().regex(/^\d+\.\d+$/),
  MinAPIVersion: z
    .string()
    .regex(/^\d+\.\d+$/)
    .optional()
    .catch(undefined),
  Os: z.string().optional(),
  Arch: z.string().optional(),
  KernelVersion: z.string().optional(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

/** What an engine is, as it says itself. */
export interface EngineVersion {
  version: string;
  /** What our own calls use. */
  apiVersion: string;
  minApiVersion?: string;
  os?: string;
  arch?: string;
  kernel?: string;
  product: 'Docker' | 'Podman';
}

/** Reads `GET /version` (asked without a version, which every engine answers) and settles the API version. Throws ZodError. */
export function readVersion(answer: unknown): EngineVersion {
  const said = versionAnswer.parse(answer);
  const podman = said.Components?.some(({ Name }) => Name.toLowerCase().includes('podman'));
  return {
    version: said.Version,
    apiVersion: negotiate(said.ApiVersion, said.MinAPIVersion),
    minApiVersion: said.MinAPIVersion,
    os: said.Os,
    arch: said.Arch,
    kernel: said.KernelVersion,
    product: podman ? 'Podman' : 'Docker',
  };
}

/** The version between an engine's lowest and highest that is nearest to the newest that we know. */
export function negotiate(highest: string, lowest: string | undefined): string {
  if (compareVersions(highest, newestKnown) <= 0) return highest;
  return lowest && compareVersions(lowest, newestKnown) > 0 ? lowest : newestKnown;
}

/** Compares `1.9` and `1.41` as numbers. */
export function compareVersions(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
