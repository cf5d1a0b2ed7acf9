import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSgr, sgrColour, stripSgr } from './sgr.ts';

const esc = '\x1b';

describe('parseSgr', () => {
  test('leaves plain text as one span without a style', () => {
    expect(parseSgr('hello')).toEqual([{ text: 'hello' }]);
    expect(parseSgr('')).toEqual([]);
  });

  test('splits at colours and attributes and forgets them at reset', () => {
    expect(parseSgr(`a${esc}[1;31mb${esc}[0mc`)).toEqual([
      { text: 'a' },
      { text: 'b', style: { bold: true, fg: 1 } },
      { text: 'c' },
    ]);
    expect(parseSgr(`${esc}[95mx${esc}[my`)).toEqual([{ text: 'x', style: { fg: 13 } }, { text: 'y' }]);
  });

  test.each([
    [`${esc}[38;5;208mx`, { fg: 208 }],
    [`${esc}[48;2;1;2;255mx`, { bg: '#0102ff' }],
    [`${esc}[38:2::1:2:3mx`, { fg: '#010203' }],
    [`${esc}[38:2:1:2:3mx`, { fg: '#010203' }],
    [`${esc}[38:5:9mx`, { fg: 9 }],
    [`${esc}[38;5;208;1mx`, { fg: 208, bold: true }],
    [`${esc}[58;2;1;2;3;4mx`, { underline: true }],
    [`${esc}[107mx`, { bg: 15 }],
    [`${esc}[4:0mx`, undefined],
    [`${esc}[38;5;999mx`, undefined],
  ])('reads %j', (text, style) => {
    expect(parseSgr(text)).toEqual([style ? { text: 'x', style } : { text: 'x' }]);
  });

  test('drops cursor movement, titles, hyperlinks and unfinished sequences', () => {
    expect(parseSgr(`${esc}[2Ka${esc}]0;title\x07b${esc}]8;;http://x${esc}\\c${esc}[3`)).toEqual([
      { text: 'a' },
      { text: 'b' },
      { text: 'c' },
    ]);
  });

  test('shows control characters instead of obeying them', () => {
    expect(stripSgr('50%\r100%\b\x7f\t.')).toBe('50%␍100%␈␡\t.');
  });

  test('keeps markup as text', () => {
    expect(parseSgr('<img src=x onerror=alert(1)>')).toEqual([{ text: '<img src=x onerror=alert(1)>' }]);
  });

  test('joined spans are the stripped text, whatever comes', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(`${esc}[`, `${esc}[31m`, `${esc}]`, esc, ';', '38', 'm', '\x07'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        const joined = parseSgr(text)
          .map((span) => span.text)
          .join('');
        expect(joined).toBe(stripSgr(text));
        expect(joined).not.toContain(esc);
      }),
    );
  });
});

test('sgrColour follows the theme for the first sixteen and the xterm cube after', () => {
  expect(sgrColour(9)).toBe('var(--ansi-9)');
  expect(sgrColour(16)).toBe('rgb(0 0 0)');
  expect(sgrColour(208)).toBe('rgb(255 135 0)');
  expect(sgrColour(255)).toBe('rgb(238 238 238)');
});
