import { expect, it } from 'vitest';
import { addLine, countUntil, parseCast, pauseMax, playTimeOf } from './cast.ts';

const text = [
  '{"version":2,"width":100,"height":30}',
  '[0.5,"o","$ "]',
  '[1,"i","ls"]',
  'no line',
  '[61,"o","late"]',
  '[61.5,"r","80x24"]',
].join('\n');

it('reads a recording, cuts long pauses short and leaves out what is no line', () => {
  const cast = parseCast(text);
  expect([cast.width, cast.height, cast.events.length]).toEqual([100, 30, 4]);
  expect(cast.events.map(({ at }) => at)).toEqual([0.5, 1, 1 + pauseMax, 1.5 + pauseMax]);
  expect(cast.seconds).toBe(1.5 + pauseMax);
});

it('finds what was shown until a time, and the time of a moment', () => {
  const cast = parseCast(text);
  expect([0, 0.5, 0.9, 2, 99].map((at) => countUntil(cast, at))).toEqual([0, 1, 1, 2, 4]);
  expect(playTimeOf(cast, 61)).toBe(3);
  expect(playTimeOf(cast, 1000)).toBe(cast.seconds);
});

it('goes on with the lines of a session that runs', () => {
  const cast = parseCast('{"version":2}');
  addLine(cast, '[1,"o","x"]');
  addLine(cast, '[1,"x","unknown"]');
  expect(cast).toMatchObject({ width: 80, height: 24, seconds: 1, events: [{ text: 'x' }] });
});
