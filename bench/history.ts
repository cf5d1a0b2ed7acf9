import { performance } from 'node:perf_hooks';
import type { LabConsole } from '#tests/lab/console.ts';
import { connectRealtime } from '#tests/realtime/client.ts';
import { type Row, repeat, runCount } from './numbers.ts';

/** A log of a million lines, open at its end: one step back, as scrolling up asks for it. */
export async function measureStepBack(console_: LabConsole, container: string): Promise<Row[]> {
  const client = await connectRealtime(console_, console_.admin);
  const channel = await client.open<{ time?: string }>('logs:open', {
    ...{ sources: [{ engine: 'bench', container }], stdout: true, stderr: true, tail: 500, follow: false },
  });
  while (!channel.end) await new Promise((resolve) => setTimeout(resolve, 20));
  let before = channel.items.find(({ time }) => time)?.time ?? '';
  const runs = await repeat(runCount, async () => {
    const started = performance.now();
    const page = await client.ask<{ lines: { time: string }[] }>('logs:before', {
      ...{ engine: 'bench', container, stdout: true, stderr: true, before, count: 500 },
    });
    before = page.lines[0]?.time ?? before;
    if (page.lines.length === 0) throw new Error('One step back brought no lines.');
    return performance.now() - started;
  });
  client.close();
  return [
    {
      what: 'a log of a million lines: one step back',
      bar: 'at most 1 s',
      unit: 'ms',
      runs,
      keeps: (value) => value <= 1000,
    },
  ];
}
