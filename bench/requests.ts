import { pairGet, type Target, timeGet } from './http.ts';
import { type Row, repeat, runCount } from './numbers.ts';

const list = '/containers/json?all=1';

/** Lists, pings and a log through the door against the engine direct. */
export async function measureRequests(pair: { direct: Target; door: Target }, logContainer: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const atOnce of [1, 16]) {
    const lists: number[] = [];
    await repeat(runCount, async () => {
      const { direct, door } = await pairGet(pair, list, 40, atOnce);
      lists.push(door / direct);
      return door;
    });
    rows.push({
      what: `list of 500 containers, p50, ${atOnce} at once: door / direct`,
      bar: 'at most 1.2 x',
      unit: 'x',
      runs: lists,
      keeps: (value) => value <= 1.2,
    });
  }
  for (const atOnce of [1, 16]) {
    const added = await repeat(runCount, async () => {
      const { direct, door } = await pairGet(pair, '/_ping', 400, atOnce);
      return door - direct;
    });
    rows.push({
      what: `_ping, added p50, ${atOnce} at once`,
      bar: 'at most 0.5 ms',
      unit: 'ms',
      runs: added,
      keeps: (value) => value <= 0.5,
      note: atOnce === 1 ? undefined : 'the bar is meant for one at a time',
    });
  }
  const path = `/containers/${logContainer}/logs?stdout=1&tail=all`;
  const logs = await repeat(runCount, async () => {
    const direct = await timeGet(pair.direct, path);
    const door = await timeGet(pair.door, path);
    if (door.bytes !== direct.bytes)
      throw new Error(`The log has ${direct.bytes} bytes; ${door.bytes} came through the door.`);
    return direct.ms / door.ms;
  });
  rows.push({
    what: 'log of 300,000 lines to a bare client, lines/s: door / direct',
    bar: 'at least 0.9 x',
    unit: 'x',
    runs: logs,
    keeps: (value) => value >= 0.9,
  });
  return rows;
}
