import { describe, expect, it } from 'vitest';
import { channelWindowBytes } from '#lib/shared/realtime.ts';
import { createChannels } from './channel.ts';

function make(channelsMax = 3) {
  const sent: unknown[] = [];
  const ends: unknown[] = [];
  const sink = {
    data: (channel: string, items: readonly unknown[], bytes: number) => void sent.push([channel, items, bytes]),
    end: (channel: string, end: unknown) => void ends.push([channel, end]),
  };
  return { channels: createChannels(sink, channelsMax), sent, ends };
}

describe('channels', () => {
  it('closes the window at 256 KB and opens it again as the viewer acknowledges', async () => {
    const { channels } = make();
    const channel = channels.open();
    channel.send(['a'], channelWindowBytes - 1);
    expect(channel.hasRoom).toBe(true);
    channel.send(['b'], 10);
    expect(channel.hasRoom).toBe(false);
    const room = channel.room();
    channels.ack(channel.id, 100);
    await room;
    expect(channel.hasRoom).toBe(true);
  });

  it('gives no credit for acknowledging more than was sent', () => {
    const { channels } = make();
    const channel = channels.open();
    channels.ack(channel.id, 1e12);
    channel.send([''], channelWindowBytes);
    expect(channel.hasRoom).toBe(false);
  });

  it('wakes who waits when the viewer closes, and sends nothing afterwards', async () => {
    const { channels, sent, ends } = make();
    const channel = channels.open();
    channel.send(['a'], channelWindowBytes);
    const room = channel.room();
    channels.close(channel.id);
    await room;
    channel.send(['b'], 1);
    channel.end('done', '');
    expect(sent).toHaveLength(1);
    expect(ends).toEqual([]);
    expect(channel.signal.aborted).toBe(true);
  });

  it('refuses more channels than a connection may have', () => {
    const { channels } = make(1);
    channels.open();
    expect(() => channels.open()).toThrow('open already');
    channels.closeAll();
    expect(channels.size).toBe(0);
    channels.open();
  });
});
