import { useEffect, useState } from 'react';
import { errorOf, networkError } from '#components/live/errors.ts';
import { addLine, type Cast, parseCast } from './cast.ts';

/** Loads a recording, or follows one that runs until it ends. */
export function useCast(id: string, running: boolean | undefined) {
  const [cast, setCast] = useState<Cast>();
  const [error, setError] = useState<unknown>();
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (running === undefined) return;
    const stop = new AbortController();
    const read = async () => {
      const response = await fetch(`/api/recordings/${id}/${running ? 'watch' : 'cast'}`, {
        headers: { 'X-Pilothouse': '1' },
        signal: stop.signal,
        cache: 'no-store',
      });
      if (!response.ok || !response.body) throw await errorOf(response);
      if (!running) return setCast(parseCast(await response.text()));
      let made: Cast | undefined;
      let rest = '';
      const decoder = new TextDecoder();
      for (const reader = response.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) break;
        const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (made) addLine(made, line);
          else {
            made = parseCast(line);
            setCast(made);
          }
        }
      }
      setOver(true);
    };
    read().catch((cause: unknown) => {
      if (!stop.signal.aborted) setError(cause instanceof TypeError ? networkError(cause) : cause);
    });
    return () => stop.abort();
  }, [id, running]);
  return { cast, error, over };
}
