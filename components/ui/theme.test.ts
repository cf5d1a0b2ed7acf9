import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');

function tokens(selector: string): Record<string, string> {
  const start = css.indexOf(`${selector} {`);
  const body = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/--([\w-]+): (.+);/g)].map((match) => [match[1] ?? '', match[2] ?? '']));
}

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const grounds = ['canvas', 'panel', 'sunken', 'hover', 'selected'];
const pairs: [text: string, ground: string][] = [
  ...['ink', 'ink-soft', 'ink-faint', 'accent-text', 'ok', 'warn', 'bad', 'info', 'idle'].flatMap((text) =>
    grounds.map((ground): [string, string] => [text, ground]),
  ),
  ...['ok', 'warn', 'bad', 'info'].map((tone): [string, string] => [tone, `${tone}-bg`]),
  ['ink-soft', 'idle-bg'],
  ['accent-ink', 'accent'],
  ['accent-ink', 'accent-hover'],
];

describe('the theme', () => {
  for (const [name, selector] of [
    ['light', ':root'],
    ['dark', ':root.dark'],
  ] as const) {
    it(`keeps 4.5:1 between each text and each ground it may stand on (${name})`, () => {
      const set = tokens(selector);
      const weak = pairs
        .map(([text, ground]) => ({ text, ground, ratio: contrast(set[text] ?? '#000000', set[ground] ?? '#000000') }))
        .filter(({ ratio }) => ratio < 4.5);
      expect(weak).toEqual([]);
      expect(contrast('#ffffff', set['bad-solid'] ?? '#ffffff')).toBeGreaterThan(4.5);
    });
  }

  it('has the same dark colours by choice and by system', () => {
    expect(tokens(':root:not(.light):not(.dark)')).toEqual(tokens(':root.dark'));
  });

  it('defines each token in both themes', () => {
    expect(Object.keys(tokens(':root.dark')).sort()).toEqual(Object.keys(tokens(':root')).sort());
  });
});
