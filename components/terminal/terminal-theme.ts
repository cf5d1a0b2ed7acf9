import type { ITheme } from '@xterm/xterm';
import { readColor } from '#components/shell/use-theme.ts';

const light = {
  black: '#2b333c',
  red: '#b3262d',
  green: '#14713f',
  yellow: '#825400',
  blue: '#1c5fa8',
  magenta: '#8a3ea8',
  cyan: '#0d6a76',
  white: '#5d6672',
  brightBlack: '#66707b',
  brightRed: '#c22f1f',
  brightGreen: '#1a7d33',
  brightYellow: '#8f5a00',
  brightBlue: '#2a66c8',
  brightMagenta: '#a03aa0',
  brightCyan: '#0c7285',
  brightWhite: '#17202a',
};
const dark = {
  black: '#364454',
  red: '#f58084',
  green: '#4cc688',
  yellow: '#e0a63a',
  blue: '#6fb3f5',
  magenta: '#c792ea',
  cyan: '#4fc3cf',
  white: '#c5ced7',
  brightBlack: '#8593a1',
  brightRed: '#ff9a96',
  brightGreen: '#79dfa6',
  brightYellow: '#f2c56a',
  brightBlue: '#94c8ff',
  brightMagenta: '#dbb2f7',
  brightCyan: '#7cdbe5',
  brightWhite: '#f2f5f8',
};

/** The terminal's colours: the page's ground and ink as they are now, and sixteen that can be read on it. */
export function terminalTheme(mode: 'light' | 'dark'): ITheme {
  const accent = readColor('--accent');
  return {
    ...(mode === 'dark' ? dark : light),
    background: readColor('--sunken'),
    foreground: readColor('--ink'),
    cursor: accent,
    cursorAccent: readColor('--accent-ink'),
    selectionBackground: `${accent}59`,
  };
}

/** xterm measures with a canvas, which knows no CSS variables: the family by its literal name. */
export function terminalFont(): string {
  return readColor('--font-geist-mono') || 'ui-monospace, monospace';
}
