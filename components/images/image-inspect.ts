import { z } from 'zod';
import { goList, goMap, goNumber, goText } from '#components/inspect/engine-json.ts';

/** What the page reads of `GET /images/{name}/json`. */
export const imageInspectSchema = z.object({
  Id: z.string(),
  RepoTags: goList(z.string()),
  RepoDigests: goList(z.string()),
  Created: goText,
  Author: goText,
  Architecture: goText,
  Variant: goText,
  Os: goText,
  Size: goNumber,
  DockerVersion: goText,
  Config: z
    .object({
      User: goText,
      Env: goList(z.string()),
      Cmd: goList(z.string()),
      Entrypoint: z
        .union([z.array(z.string()), z.string()])
        .nullish()
        .transform((value) => (typeof value === 'string' ? [value] : (value ?? []))),
      WorkingDir: goText,
      Labels: goMap(z.string()),
      ExposedPorts: goMap(z.unknown()),
      Volumes: goMap(z.unknown()),
      StopSignal: goText,
    })
    .nullish(),
});

/** `GET /images/{name}/history`, the newest layer first. */
export const imageHistorySchema = z.array(
  z.object({
    Id: goText,
    Created: goNumber,
    CreatedBy: goText,
    Size: goNumber,
    Comment: goText,
    Tags: goList(z.string()),
  }),
);
export type ImageLayer = z.infer<typeof imageHistorySchema>[number];

/** The Dockerfile's words of a layer: the classic builder wraps them in `/bin/sh -c #(nop)`, BuildKit adds a note. */
export function layerCommand(createdBy: string): string {
  return createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s+/, '')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/\s*# buildkit$/, '')
    .replace(/^RUN \/bin\/sh -c /, 'RUN ')
    .trim();
}
