import { z } from 'zod';
import { checkReply, doorRequest } from '#lib/docker/call.ts';
import { readJsonLines } from '#lib/docker/json-lines.ts';
import type { Door } from '#lib/gateway/types.ts';
import type { Principal } from '#lib/shared/access.ts';
import type { EventItem } from '#lib/shared/realtime.ts';
import type { Channel } from './channel.ts';
import { messageOf, whenRevoked } from './log-view.ts';

const schema = z.object({
  time: z.number().optional(),
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string().catch(''), Attributes: z.record(z.string(), z.string()).nullish() }).optional(),
});

/**
 * An engine's events for its timeline: from `since` on, and then as they come. Ends when the engine's stream ends; the
 * viewer opens again from its last time. Throws AppError when refused. Returns what starts it.
 */
export async function openEventFeed(
  door: Door,
  principal: Principal,
  request: { engine: string; since?: string },
  channel: Channel,
): Promise<() => void> {
  const query = { since: request.since };
  const call = doorRequest({ engine: request.engine, method: 'GET', path: '/events', query });
  const admission = await door.admit(principal, call, channel.signal);
  const done = () => void admission.end({ outcome: 'done' });
  channel.signal.addEventListener('abort', done, { once: true });

  async function run(): Promise<void> {
    const reply = await checkReply(await admission.forwardPart(call.rawQuery, channel.signal));
    for await (const lines of readJsonLines(reply.body)) {
      const items = lines.map(toEventItem).filter((item) => item !== undefined);
      if (items.length === 0) continue;
      const bytes = lines.reduce((sum, line) => sum + line.length, 0);
      channel.send(items, bytes);
      await channel.room();
    }
  }

  return () => {
    whenRevoked(admission, (message) => channel.end('forbidden', message));
    run().then(
      () => channel.end('done', 'The engine ended its stream of events.'),
      (error: unknown) => channel.end('conflict', messageOf(error)),
    );
  };
}

/** Undefined: a line of a shape that no engine that we know sends. */
export function toEventItem(line: string): EventItem | undefined {
  const parsed = schema.safeParse(tryJson(line));
  if (!parsed.success) return undefined;
  const { time, Type: type, Action: action, Actor: actor } = parsed.data;
  const attributes = actor?.Attributes ?? {};
  return {
    time: exactTime(line, time),
    type,
    action,
    actorId: actor?.ID ?? '',
    name: attributes.name ?? '',
    attributes,
  };
}

/** JSON.parse loses a timeNano's last digits, so they are taken from the text; events are in the order of these. */
function exactTime(line: string, seconds = 0): string {
  const nanos = BigInt(/"timeNano":(\d{1,20})/.exec(line)?.[1] ?? `${Math.trunc(seconds)}000000000`);
  const date = new Date(Number(nanos / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${date}.${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
