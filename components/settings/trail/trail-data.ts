import { z } from 'zod';
import { type SinkConfig, sinkStateSchema, type TrailSettingsChange, trailSettingsSchema } from '#lib/shared/trail.ts';
import { useApi, useApiChange } from '../use-api.ts';

const answerSchema = z.object({ settings: trailSettingsSchema, sinks: z.array(sinkStateSchema) });
export type TrailAnswer = z.infer<typeof answerSchema>;

export function useTrail() {
  return useApi('/api/trail', answerSchema);
}

/** Changes a part of the settings; the others stay. */
export function useTrailChange(): (body: TrailSettingsChange) => Promise<void> {
  const change = useApiChange(['/api/trail']);
  return async (body) => {
    await change({ method: 'PATCH', path: '/api/trail', body });
  };
}

/** Where a sink leads, in a few words. */
export function placeOf(sink: SinkConfig): string {
  if (sink.kind === 'file') return sink.path;
  if (sink.kind === 'webhook') return sink.url;
  if (sink.transport === 'unix') return `unix ${sink.path ?? ''}`;
  return `${sink.transport} ${sink.host ?? ''}:${sink.port ?? (sink.transport === 'udp' ? 514 : 601)}`;
}
