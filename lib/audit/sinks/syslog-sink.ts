import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { checkHost, safeLookup } from './safe-lookup.ts';
import type { Sink, SinkItem } from './sink.ts';

/** Longer datagrams are lost on the way or refused: RFC 5426 asks receivers for 2 KB and recommends no more than 8. */
const datagramMax = 8 * 1024;
/** Facility 13, log audit; severity 5, notice, or 4, warning. */
const priority = { notice: 13 * 8 + 5, warning: 13 * 8 + 4 };

export type SyslogPlace =
  | { transport: 'udp' | 'tcp'; host: string; port: number }
  /** A stream socket; Node has no datagram sockets there, which journald's /dev/log is. */
  | { transport: 'unix'; path: string };

/** One RFC 5424 message: the operation as MSGID, the item as JSON behind it. */
export function formatSyslog(item: SinkItem, bytesMax = Number.POSITIVE_INFINITY): string {
  const at = item.type === 'record' ? item.record.at : item.at;
  const refused =
    item.type === 'dropped' || (item.type === 'record' && ['denied', 'failed'].includes(item.record.outcome));
  const id = item.type === 'record' ? item.record.operation : item.type;
  const head = `<${refused ? priority.warning : priority.notice}>1 ${new Date(at).toISOString()} ${word(hostname(), 255)} pilothouse ${process.pid} ${word(id, 32)} - `;
  const whole = head + JSON.stringify(item);
  if (Buffer.byteLength(whole) <= bytesMax || item.type !== 'record') return whole;
  // What can be long goes; who, what, where and the result stay, and the record's id leads to the rest.
  const { params: _, targets, error, reason, ...record } = item.record;
  const short = { ...record, reason: reason?.slice(0, 500), error: error?.slice(0, 500) };
  const few = targets
    .slice(0, 5)
    .map(({ kind, id: target, name }) => ({ kind, id: target.slice(0, 200), name: name.slice(0, 200) }));
  return head + JSON.stringify({ ...item, record: { ...short, targets: few, cut: true } });
}

export function createSyslogSink(place: SyslogPlace): Sink {
  return place.transport === 'udp' ? createUdpSink(place) : createStreamSink(place);
}

/** Whether a datagram arrives nobody says; a port that refuses is not seen either. */
function createUdpSink({ host, port }: { host: string; port: number }): Sink {
  let socket: UdpSocket | undefined;
  return {
    async deliver(items) {
      checkHost(host);
      socket ??= createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', lookup: oneAddress }).on(
        'error',
        () => undefined,
      );
      const out = socket;
      for (const item of items) {
        await new Promise<void>((resolve, reject) => {
          out.send(formatSyslog(item, datagramMax), port, host, (error) => (error ? reject(error) : resolve()));
        });
      }
    },
    async close() {
      socket?.close();
      socket = undefined;
    },
  };
}

const oneAddress: NonNullable<Parameters<typeof createSocket>[0] & object>['lookup'] = (name, options, callback) =>
  safeLookup(name, { ...options, all: false }, (error, address, family) =>
    callback(error, String(address), family ?? 4),
  );

/** Over a stream each message is preceded by its length (octet counting, RFC 6587). */
function createStreamSink(place: SyslogPlace): Sink {
  let socket: Socket | undefined;

  async function open(signal: AbortSignal): Promise<Socket> {
    if (socket && !socket.destroyed && socket.writable) return socket;
    if ('host' in place) checkHost(place.host);
    const made =
      'path' in place ? connect(place.path) : connect({ host: place.host, port: place.port, lookup: safeLookup });
    made.on('error', () => made.destroy());
    // The receiver says nothing; its end is how a restart shows.
    made.on('end', () => made.destroy()).resume();
    try {
      await once(made, 'connect', { signal });
    } catch (error) {
      made.destroy();
      throw error;
    }
    socket = made;
    return made;
  }

  return {
    async deliver(items, signal) {
      const out = await open(signal);
      const text = items
        .map((item) => formatSyslog(item))
        .map((message) => `${Buffer.byteLength(message)} ${message}`)
        .join('');
      const abort = () => out.destroy();
      signal.addEventListener('abort', abort, { once: true });
      try {
        await new Promise<void>((resolve, reject) => {
          out.once('close', () => reject(new Error('the syslog receiver closed the connection')));
          out.write(text, (error) => (error ? reject(error) : resolve()));
        });
      } finally {
        signal.removeEventListener('abort', abort);
        out.removeAllListeners('close');
      }
    },
    async close() {
      socket?.destroy();
      socket = undefined;
    },
  };
}

/** Printable US-ASCII without blanks, as the header's fields must be. */
function word(text: string, max: number): string {
  return text.replace(/[^\x21-\x7e]/g, '_').slice(0, max) || '-';
}
