import { describe, expect, it } from 'vitest';
import { readStatusAge, settleSince } from './status-age.ts';

describe("the age in docker's sentence", () => {
  it('reads every form that docker prints', () => {
    expect(readStatusAge('Up 3 hours (healthy)')).toEqual({ ageMs: 3 * 3_600_000, unitMs: 3_600_000 });
    expect(readStatusAge('Up About an hour')?.ageMs).toBe(3_600_000);
    expect(readStatusAge('Exited (137) About a minute ago')?.ageMs).toBe(60_000);
    expect(readStatusAge('Up Less than a second')?.ageMs).toBe(0);
    expect(readStatusAge('Exited (0) 2 weeks ago')?.ageMs).toBe(14 * 86_400_000);
    expect(readStatusAge('Up 1 second (Paused)')?.ageMs).toBe(1000);
  });

  it('tells none where there is none', () => {
    expect(readStatusAge('Created')).toBeUndefined();
    expect(readStatusAge('Dead')).toBeUndefined();
  });

  it('keeps a known moment while the sentence agrees, so that a growing sentence is no change', () => {
    const started = 1_000_000_000;
    expect(settleSince('Up 3 minutes', started, started + 3.9 * 60_000)).toBe(started);
    expect(settleSince('Up', started, started + 1000)).toBe(started);
  });

  it('takes the sentence when it contradicts: the state began anew unseen', () => {
    const now = 1_000_000_000;
    expect(settleSince('Up 5 seconds', now - 3_600_000, now)).toBe(now - 5000);
    expect(settleSince('Exited (1) 2 hours ago', undefined, now)).toBe(now - 7_200_000);
  });
});
