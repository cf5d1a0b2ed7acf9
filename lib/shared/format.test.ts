import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  formatRelative,
  shellQuote,
  shortId,
} from './format.ts';

describe('formats', () => {
  it('prints bytes in decimal units as docker does', () => {
    expect([0, 999, 1000, 1234, 34_500_000, 120e9, 999_999].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '1.2 kB',
      '34.5 MB',
      '120 GB',
      '1.0 MB',
    ]);
  });

  it('tells unknown sizes from zero', () => {
    expect([undefined, -1, Number.NaN].map(formatBytes)).toEqual(['–', '–', '–']);
  });

  it('prints small percentages with more digits', () => {
    expect([0, 0.053, 3.44, 12.3, 250].map(formatPercent)).toEqual(['0%', '0.05%', '3.4%', '12%', '250%']);
  });

  it('prints times in one unit, past and future', () => {
    expect(formatDuration(59_999)).toBe('59 s');
    expect(formatDuration(3_600_000)).toBe('1 h');
    expect(formatRelative(0, 500)).toBe('now');
    expect(formatRelative(0, 240_000)).toBe('4 min ago');
    expect(formatRelative(86_400_000 * 3, 0)).toBe('in 3 d');
  });

  it('quotes exactly the words that a shell would split or expand', () => {
    expect(shellQuote('web-1')).toBe('web-1');
    expect(shellQuote('a b')).toBe("'a b'");
    expect(shellQuote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
  });

  it('counts and shortens', () => {
    expect(formatCount(1, 'container')).toBe('1 container');
    expect(formatCount(1204, 'container')).toBe('1,204 containers');
    expect(shortId('sha256:0123456789abcdef')).toBe('0123456789ab');
  });
});
