import { z } from 'zod';
import { inventoryKinds } from '#lib/shared/inventory.ts';
import { toSeconds } from './log-parser.ts';

// What comes from a browser, before anything is believed of it. Names and ids go into paths, encoded there.
const name = z.string().min(1).max(300);
const channel = z.string().min(1).max(40);
const time = z
  .string()
  .max(64)
  .transform((text, ctx) => {
    const seconds = toSeconds(text, Date.now());
    if (seconds === undefined) ctx.addIssue('is no time: give seconds, RFC 3339 or a duration like 10m');
    return seconds ?? '';
  });
const target = z.object({ engine: name, container: name });
const targets = z.array(target).min(1).max(32);
const kinds = z.array(z.enum(inventoryKinds)).min(1).max(inventoryKinds.length);
const size = z.object({ cols: z.number().int().min(1).max(1000), rows: z.number().int().min(1).max(1000) });
const count = z.number().int().min(0);

/** The arguments of each event, without the acknowledgement. */
export const schemas = {
  'inventory:open': z.tuple([z.object({ kinds })]),
  'inventory:snapshot': z.tuple([z.object({ engine: name, kinds })]),
  'inventory:close': z.tuple([]),
  'logs:open': z.tuple([
    z.object({
      sources: targets,
      stdout: z.boolean(),
      stderr: z.boolean(),
      tail: count.max(100_000),
      since: time.optional(),
      until: time.optional(),
      follow: z.boolean(),
    }),
  ]),
  'logs:before': z.tuple([
    target.extend({
      stdout: z.boolean(),
      stderr: z.boolean(),
      before: z
        .string()
        .max(64)
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/),
      count: count.min(1).max(5000),
      newer: count.max(1e9).optional(),
    }),
  ]),
  'logs:search': z.tuple([
    z.object({
      sources: targets,
      pattern: z.string().min(1).max(1000),
      regex: z.boolean(),
      caseSensitive: z.boolean(),
      since: time.optional(),
      until: time.optional(),
      limit: count.max(10_000),
    }),
  ]),
  'terminal:open': z.tuple([
    target.extend({
      kind: z.enum(['exec', 'attach']),
      command: z.array(z.string().max(4096)).max(64),
      user: z.string().max(200).optional(),
      ...size.shape,
    }),
  ]),
  'terminal:list': z.tuple([target]),
  'terminal:resume': z.tuple([z.object({ id: z.uuid(), ...size.shape })]),
  'terminal:input': z.tuple([channel, z.string().max(512 * 1024)]),
  'terminal:resize': z.tuple([channel, size]),
  'terminal:end': z.tuple([z.object({ id: z.uuid() })]),
  'terminal:shells': z.tuple([target]),
  'stats:open': z.tuple([target]),
  'engine-stats:open': z.tuple([z.object({ engines: z.array(name).max(500) })]),
  'events:open': z.tuple([z.object({ engine: name, since: time.optional() })]),
  'jobs:open': z.tuple([]),
  'job:start': z.tuple([
    z.object({
      title: z.string().min(1).max(300),
      steps: z
        .array(
          z.object({
            engine: name,
            method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
            path: z.string().min(1).max(4000).startsWith('/'),
            body: z.unknown().optional(),
            label: z.string().max(300),
          }),
        )
        .min(1)
        .max(2000),
      stopOnError: z.boolean().optional(),
    }),
  ]),
  'job:cancel': z.tuple([z.object({ id: z.string().min(1).max(64) })]),
  'channel:ack': z.tuple([channel, count]),
  'channel:close': z.tuple([channel]),
} as const;

export type EventName = keyof typeof schemas;
export type EventArgs<E extends EventName> = z.infer<(typeof schemas)[E]>;
