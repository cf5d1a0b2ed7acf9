import { appError } from '#lib/shared/errors.ts';
import type { SshEndpoint } from '../endpoint.ts';
import { openSshSession, type SshSession } from './ssh-session.ts';
import { type ChannelLease, lostConnection, SshStream } from './ssh-stream.ts';
import type { Transport } from './transport.ts';

/** Forwarded streams are not counted by sshd; the bound is ours. */
const channelsMax = 128;
/** Below sshd's default MaxSessions of 10, so that a person's own login fits beside. */
const sessionChannelsMax = 8;
const waitingMax = 256;

/**
 * Streams to an engine behind ssh: one connection, made on demand and again after it broke, with a channel per stream.
 * What does not fit waits; more than 256 waiting are refused with too-many.
 */
export function createSshTransport(endpoint: SshEndpoint): Transport {
  let current: Promise<SshSession> | undefined;
  let closed = false;
  let capacity = channelsMax;
  let used = 0;
  const waiting = new Set<() => void>();
  const congestionListeners: (() => void)[] = [];
  const sessions = new Set<SshSession>();
  const streams = new Set<SshStream>();

  function session(): Promise<SshSession> {
    if (current) return current;
    const opening = openSshSession(endpoint).then((opened) => {
      if (closed) {
        opened.close();
        throw lostConnection();
      }
      sessions.add(opened);
      capacity = channelsMax;
      opened.lost.addEventListener('abort', () => {
        sessions.delete(opened);
        forget();
      });
      return opened;
    });
    const forget = () => {
      if (current === opening) current = undefined;
    };
    current = opening;
    opening.catch(forget);
    return opening;
  }

  function takePlace(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (used < capacity) {
      used++;
      return Promise.resolve();
    }
    if (waiting.size >= waitingMax) throw appError('too-many', 'Too many streams to this engine wait for their turn.');
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', leave);
        waiting.delete(go);
        used++;
        resolve();
      };
      const leave = () => {
        waiting.delete(go);
        reject(signal.reason);
      };
      waiting.add(go);
      for (const listener of congestionListeners) listener();
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  function givePlace(): void {
    used--;
    const [next] = waiting;
    if (next && used < capacity) next();
  }

  async function lease(stream: SshStream, signal: AbortSignal): Promise<ChannelLease> {
    await takePlace(signal);
    let alive: SshSession | undefined;
    try {
      alive = await session();
      const { channel, farProblem } = await alive.openChannel();
      if (alive.usesSessions()) capacity = Math.min(capacity, sessionChannelsMax);
      const lost = alive.lost;
      const onLost = () => stream.destroy(lostConnection());
      lost.addEventListener('abort', onLost, { once: true });
      const release = () => {
        lost.removeEventListener('abort', onLost);
        givePlace();
      };
      return { channel, farProblem, release };
    } catch (error) {
      givePlace();
      // The host allows fewer sessions than we thought: stay below what just worked.
      if (alive?.usesSessions() && !alive.lost.aborted) capacity = Math.max(1, Math.min(capacity, used));
      throw error;
    }
  }

  return {
    open(allowHalfOpen) {
      const stream: SshStream = new SshStream((signal) => lease(stream, signal), allowHalfOpen);
      streams.add(stream);
      const opened = stream.opened();
      opened.catch(() => undefined);
      stream.once('close', () => streams.delete(stream));
      return { stream, opened };
    },
    reset() {
      current = undefined;
    },
    congested: () => waiting.size > 0,
    onCongested: (listener) => void congestionListeners.push(listener),
    close() {
      closed = true;
      current = undefined;
      for (const stream of streams) stream.destroy();
      for (const open of sessions) open.close();
    },
  };
}
