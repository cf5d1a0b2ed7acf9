import { Duplex } from 'node:stream';
import type { ClientChannel } from 'ssh2';

/** A channel and the way to give its place back. */
export interface ChannelLease {
  channel: ClientChannel;
  /** What went wrong on the far side, when the channel ended before a byte came (dial-stdio's stderr). */
  farProblem?: () => Error | undefined;
  release(): void;
}

/**
 * A socket made of an ssh channel. ssh2's own channel neither emits errors when destroyed nor calls back a write after
 * its end, and a lost connection looks like a clean end; http agents and tunnels need what net.Socket does.
 */
export class SshStream extends Duplex {
  readonly #open: (signal: AbortSignal) => Promise<ChannelLease>;
  readonly #abort = new AbortController();
  #lease: ChannelLease | undefined;
  #pendingWrite: ((error?: Error | null) => void) | undefined;
  #closed = false;
  #received = false;

  constructor(open: (signal: AbortSignal) => Promise<ChannelLease>, allowHalfOpen: boolean) {
    super({ allowHalfOpen });
    this.#open = open;
  }

  /** Resolves when the channel stands. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.once('ssh-open', resolve);
      this.once('error', reject);
      this.once('close', () => reject(lostConnection()));
    });
  }

  override _construct(callback: (error?: Error | null) => void): void {
    this.#open(this.#abort.signal).then(
      (lease) => {
        this.#lease = lease;
        this.#listen(lease.channel);
        callback();
        this.emit('ssh-open');
      },
      (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
    );
  }

  #listen(channel: ClientChannel): void {
    channel.on('data', (chunk: Buffer) => {
      this.#received = true;
      if (!this.push(chunk)) channel.pause();
    });
    channel.on('end', () => {
      const problem = this.#received ? undefined : this.#lease?.farProblem?.();
      if (problem) this.destroy(problem);
      else this.push(null);
    });
    channel.on('error', (error: Error) => this.destroy(error));
    channel.on('close', () => {
      this.#closed = true;
      const problem = this.#received ? undefined : this.#lease?.farProblem?.();
      const pending = this.#pendingWrite;
      this.#pendingWrite = undefined;
      if (pending) pending(problem ?? lostConnection());
      else if (problem) this.destroy(problem);
      else if (!this.writableEnded) this.end();
    });
  }

  override _read(): void {
    this.#lease?.channel.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    const channel = this.#lease?.channel;
    if (!channel || this.#closed) {
      callback(lostConnection());
      return;
    }
    this.#pendingWrite = callback;
    channel.write(chunk, (error?: Error | null) => {
      if (this.#pendingWrite !== callback) return;
      this.#pendingWrite = undefined;
      callback(error);
    });
  }

  override _final(callback: (error?: Error | null) => void): void {
    // Sends EOF on the channel: sshd shuts the far socket's write side, reading goes on.
    if (!this.#closed) this.#lease?.channel.end();
    callback();
  }

  override destroy(error?: Error): this {
    // _destroy waits for _construct, so a stream that is still queued must be told to give up.
    this.#abort.abort(error);
    return super.destroy(error);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease) {
      // Late events of the channel have no reader any more; an error without a listener would end the process.
      lease.channel.removeAllListeners('data');
      lease.channel.on('error', () => undefined);
      lease.channel.resume();
      lease.channel.close();
      lease.release();
    }
    this.#pendingWrite = undefined;
    callback(error);
  }

  // What http agents call on a net.Socket. The ssh connection has its own keepalive and is never held back.
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** A connection that broke under a stream, as net.Socket tells it. */
export function lostConnection(): Error {
  return Object.assign(new Error('The ssh connection was lost'), { code: 'ECONNRESET' });
}
