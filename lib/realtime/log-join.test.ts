import { describe, expect, it } from 'vitest';
import type { LogLine } from '#lib/shared/realtime.ts';
import { createLogJoin } from './log-join.ts';

const at = (nanos: number, text: string, stream: LogLine['stream'] = 'stdout'): LogLine => ({
  source: 0,
  stream,
  time: `2026-11-26T12:00:00.${String(nanos).padStart(9, '0')}Z`,
  text,
});

describe('log join', () => {
  it('passes each line once where two readings overlap', () => {
    const log = Array.from({ length: 100 }, (_, i) => at(i, `line ${i}`));
    const join = createLogJoin();
    join.saw(log.slice(0, 60));
    const seam = join.seam();
    expect([...seam(log.slice(40, 70)), ...seam(log.slice(70))]).toEqual(log.slice(60));
  });

  it('compares the text of lines at the same time, each as often as it came', () => {
    const join = createLogJoin();
    join.saw([at(1, 'a'), at(5, 'b'), at(5, 'b')]);
    const live = [at(5, 'b'), at(5, 'b'), at(5, 'b'), at(5, 'c'), at(6, 'd')];
    expect(join.seam()(live)).toEqual([at(5, 'b'), at(5, 'c'), at(6, 'd')]);
  });

  it('keeps a line of the other stream that stands after a later one', () => {
    const join = createLogJoin();
    join.saw([at(1, 'a'), at(10, 'b')]);
    expect(join.seam()([at(10, 'b'), at(9, 'late', 'stderr'), at(11, 'c')])).toEqual([
      at(9, 'late', 'stderr'),
      at(11, 'c'),
    ]);
  });

  it('does not bring what is older than the history that was asked for', () => {
    const join = createLogJoin();
    join.saw([at(50, 'last')]);
    expect(join.seam()([at(1, 'old'), at(50, 'last'), at(51, 'new')])).toEqual([at(51, 'new')]);
  });

  it('knows the last piece of a long line, with which the engine’s tail can begin', () => {
    const join = createLogJoin();
    join.saw([at(1, 'x'.repeat(40_000))]);
    expect(join.seam()([at(1, 'x'.repeat(7232)), at(2, 'next')])).toEqual([at(2, 'next')]);
  });

  it('remembers a bounded number of lines and loses none for it', () => {
    const log = Array.from({ length: 20_000 }, (_, i) => at(i, `line ${i}`));
    const join = createLogJoin();
    for (let i = 0; i < 15_000; i += 100) join.saw(log.slice(i, i + 100));
    expect(join.seam()(log)).toEqual(log.slice(15_000));
  });

  it('passes everything when the first reading was empty', () => {
    expect(createLogJoin().seam()([at(1, 'a')])).toEqual([at(1, 'a')]);
  });
});
