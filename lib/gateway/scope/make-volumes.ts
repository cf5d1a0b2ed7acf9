import { engineRefusal, readAll } from '../ask.ts';
import type { Steps } from '../dispatch.ts';
import type { Door } from '../types.ts';
import type { VolumeToMake } from './fit-volumes.ts';

const replyBytesMax = 1024 * 1024;

/**
 * Makes each volume by a request of the same principal, with a decision and a record of its own: an engine makes what
 * `-v name:/path` names and is not there, but without the labels of the scope, and nobody in it could see it then.
 * Rejects with what that request was refused with.
 */
export function volumesFirst(door: Door, { principal, request, engine, classified }: Steps, volumes: VolumeToMake[]) {
  return async (signal: AbortSignal): Promise<void> => {
    for (const volume of volumes) {
      const reply = await door.dispatch(
        principal,
        {
          engine: engine.id,
          method: 'POST',
          rawPath: `${classified.version ? `/${classified.version}` : ''}/volumes/create`,
          rawQuery: '',
          headers: { 'content-type': 'application/json', 'user-agent': request.headers['user-agent'] },
          body: Buffer.from(JSON.stringify(volume)),
        },
        signal,
      );
      const text = reply.body ? (await readAll(reply.body, replyBytesMax)).toString() : '';
      if (reply.status >= 300) throw engineRefusal(reply.status, text);
    }
  };
}
