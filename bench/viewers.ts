import { setTimeout as delay } from 'node:timers/promises';
import { type LabConsole, startConsole } from '#tests/lab/console.ts';
import { connectRealtime } from '#tests/realtime/client.ts';
import type { CountingProxy } from './counting-proxy.ts';
import { type Row, repeat } from './numbers.ts';

const watchMs = 10_000;
const kinds = ['container', 'image', 'network', 'volume'];

/** Requests on the engine while one and while fifty look at the lists, with a container coming and going meanwhile. */
export async function measureViewers(proxy: CountingProxy, stir: () => Promise<void>): Promise<Row[]> {
  const console_ = await startConsole({ engines: { counted: proxy.url } });
  const runs = await repeat(3, async () => {
    const one = await requestsWith(console_, proxy, 1, stir);
    return (await requestsWith(console_, proxy, 50, stir)) / Math.max(one, 0.1);
  }).finally(() => console_.stop());
  return [
    {
      what: 'engine requests/s with 50 viewers / with one',
      bar: 'the same',
      unit: 'x',
      runs,
      keeps: (value) => value <= 1.15,
    },
  ];
}

async function requestsWith(
  console_: LabConsole,
  proxy: CountingProxy,
  viewers: number,
  stir: () => Promise<void>,
): Promise<number> {
  const clients = await Promise.all(Array.from({ length: viewers }, () => connectRealtime(console_, console_.admin)));
  await Promise.all(clients.map((client) => client.ask('inventory:open', { kinds })));
  const before = proxy.count();
  const until = Date.now() + watchMs;
  while (Date.now() < until) {
    await stir();
    await delay(1000);
  }
  const perSecond = (proxy.count() - before) / (watchMs / 1000);
  for (const client of clients) client.close();
  return perSecond;
}
