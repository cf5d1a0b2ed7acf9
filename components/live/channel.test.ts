import { describe, expect, it, vi } from 'vitest';
import { keepChannel, openChannel } from './channel.ts';
import { ConsoleError } from './errors.ts';
import type { RealtimeSocket } from './socket.ts';

function fakeSocket() {
  const listeners = new Map<string, (...args: unknown[]) => void>();
  const emit = vi.fn();
  const socket = {
    on: (event: string, listener: (...args: unknown[]) => void) => listeners.set(event, listener),
    off: (event: string) => listeners.delete(event),
    emit,
  } as unknown as RealtimeSocket;
  return { socket, emit, receive: (event: string, ...args: unknown[]) => listeners.get(event)?.(...args) };
}

const opened = () => Promise.resolve({ channel: 'c1' });

describe('a channel', () => {
  it('acknowledges only what its reader has shown', async () => {
    const { socket, emit, receive } = fakeSocket();
    const onItems = vi.fn();
    openChannel(socket, opened, { onItems, onEnd: vi.fn() });
    await Promise.resolve();
    receive('channel:data', 'c1', ['x'], 12);
    expect(emit).not.toHaveBeenCalled();
    const shown: () => void = onItems.mock.calls[0]?.[1];
    shown();
    expect(emit).toHaveBeenCalledWith('channel:ack', 'c1', 12);
  });

  it('closes on the server even when closed before it was open', async () => {
    const { socket, emit } = fakeSocket();
    const close = openChannel(socket, opened, { onItems: vi.fn(), onEnd: vi.fn() });
    close();
    await Promise.resolve();
    await Promise.resolve();
    expect(emit).toHaveBeenCalledWith('channel:close', 'c1');
  });

  it('tells its reader that the connection was lost', async () => {
    const { socket, receive } = fakeSocket();
    const onEnd = vi.fn();
    openChannel(socket, opened, { onItems: vi.fn(), onEnd });
    await Promise.resolve();
    receive('disconnect', 'transport close');
    expect(onEnd).toHaveBeenCalledWith(expect.objectContaining({ code: 'disconnected' }));
  });

  it('hands on a refusal with its words and audit id', async () => {
    const { socket } = fakeSocket();
    const onEnd = vi.fn();
    const refuse = () => Promise.reject(new ConsoleError({ message: 'no', code: 'forbidden', auditId: 'a1' }));
    openChannel(socket, refuse, { onItems: vi.fn(), onEnd });
    await vi.waitFor(() => expect(onEnd).toHaveBeenCalledWith({ message: 'no', code: 'forbidden', auditId: 'a1' }));
  });

  it('that is kept opens again when the lost connection is back, and not after it was closed', async () => {
    const { socket, receive } = fakeSocket();
    const open = vi.fn(opened);
    const close = keepChannel(socket, open, { onItems: vi.fn(), onEnd: vi.fn() });
    await Promise.resolve();
    receive('connect');
    expect(open).toHaveBeenCalledTimes(1);
    receive('disconnect', 'transport close');
    receive('connect');
    expect(open).toHaveBeenCalledTimes(2);
    close();
    receive('connect');
    expect(open).toHaveBeenCalledTimes(2);
  });
});
