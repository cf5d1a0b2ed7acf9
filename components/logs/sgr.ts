/** How a run of characters looks; colours are palette indexes (0-255) or `#rrggbb`. */
export interface SgrStyle {
  fg?: number | string;
  bg?: number | string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  inverse?: true;
  strike?: true;
}

export interface SgrSpan {
  text: string;
  style?: SgrStyle;
}

// CSI (with its intermediate bytes), OSC/DCS/PM/APC strings up to BEL or ST, two-byte escapes. An unfinished
// sequence at the end of a cut line is swallowed too: it is never text.
const escapePattern =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters
  /\x1b(?:\[([0-9:;<=>?]*)[ -/]*([@-~]|$)|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|$)|[ -/]*(?:[0-~]|$))/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const controlPattern = /[\x00-\x08\x0a-\x1f\x7f]/g;

/** The text as a person reads it: without escape sequences, other control characters made visible. */
export function stripSgr(text: string): string {
  return showControls(text.includes('\x1b') ? text.replace(escapePattern, '') : text);
}

/**
 * Splits a log line into runs of one look each. Never HTML: React renders each run as a text node, so markup in a
 * log line stays text.
 */
export function parseSgr(text: string): SgrSpan[] {
  if (!text.includes('\x1b')) return text === '' ? [] : [{ text: showControls(text) }];
  const spans: SgrSpan[] = [];
  let style: SgrStyle = {};
  let from = 0;
  const push = (part: string) => {
    if (part === '') return;
    const plain = Object.keys(style).length === 0;
    spans.push(plain ? { text: showControls(part) } : { text: showControls(part), style });
  };
  for (const match of text.matchAll(escapePattern)) {
    push(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm' && !/[<=>?]/.test(match[1] ?? '')) style = applySgr(style, match[1] ?? '');
  }
  push(text.slice(from));
  return spans;
}

// Control pictures (U+2400...) tell that something is there without letting it act on the line.
function showControls(text: string): string {
  controlPattern.lastIndex = 0;
  if (!controlPattern.test(text)) return text;
  return text.replace(controlPattern, (c) => (c === '\x7f' ? '\u2421' : String.fromCharCode(0x2400 + c.charCodeAt(0))));
}

function applySgr(before: SgrStyle, parameters: string): SgrStyle {
  let style: SgrStyle = { ...before };
  // `38:2::r:g:b` is one parameter with parts, `38;2;r;g;b` is five: both are in use.
  const list = parameters.split(';');
  for (let i = 0; i < list.length; i++) {
    const parts = (list[i] ?? '').split(':');
    const code = Number(parts[0] || 0);
    if (code === 38 || code === 48 || code === 58) {
      const colon = parts.length > 1;
      const rest = colon ? colonColour(parts) : list.slice(i + 1, i + 5).map(Number);
      if (!colon) i += rest[0] === 5 ? 2 : rest[0] === 2 ? 4 : 0;
      const colour = extendedColour(rest);
      if (colour !== undefined && code === 38) style.fg = colour;
      if (colour !== undefined && code === 48) style.bg = colour;
    } else style = applyCode(style, code, parts[1]);
  }
  return style;
}

function colonColour(parts: string[]): number[] {
  const numbers = parts.slice(1).map(Number);
  // With a colour space id (possibly empty) the form has five numbers after 38.
  if (numbers[0] === 2 && numbers.length >= 5) return [2, ...numbers.slice(2, 5)];
  return numbers;
}

function extendedColour([kind, a, b, c]: number[]): number | string | undefined {
  const isByte = (n: number | undefined): n is number => n !== undefined && Number.isInteger(n) && n >= 0 && n <= 255;
  if (kind === 5 && isByte(a)) return a;
  if (kind === 2 && isByte(a) && isByte(b) && isByte(c))
    return `#${[a, b, c].map((n) => n.toString(16).padStart(2, '0')).join('')}`;
  return undefined;
}

function applyCode(style: SgrStyle, code: number, part: string | undefined): SgrStyle {
  if (code === 0) return {};
  if (code === 1) style.bold = true;
  else if (code === 2) style.dim = true;
  else if (code === 3) style.italic = true;
  else if (code === 4) {
    if (part === '0') delete style.underline;
    else style.underline = true;
  } else if (code === 7) style.inverse = true;
  else if (code === 9) style.strike = true;
  else if (code === 21) style.underline = true;
  else if (code === 22) {
    delete style.bold;
    delete style.dim;
  } else if (code === 23) delete style.italic;
  else if (code === 24) delete style.underline;
  else if (code === 27) delete style.inverse;
  else if (code === 29) delete style.strike;
  else if (code >= 30 && code <= 37) style.fg = code - 30;
  else if (code === 39) delete style.fg;
  else if (code >= 40 && code <= 47) style.bg = code - 40;
  else if (code === 49) delete style.bg;
  else if (code >= 90 && code <= 97) style.fg = code - 82;
  else if (code >= 100 && code <= 107) style.bg = code - 92;
  return style;
}

const cubeSteps = [0, 95, 135, 175, 215, 255];

/** A palette index as CSS: the first sixteen follow the theme, the rest is xterm's cube and grey ramp. */
export function sgrColour(colour: number | string): string {
  if (typeof colour === 'string') return colour;
  if (colour < 16) return `var(--ansi-${colour})`;
  if (colour >= 232) {
    const level = 8 + (colour - 232) * 10;
    return `rgb(${level} ${level} ${level})`;
  }
  const n = colour - 16;
  return `rgb(${cubeSteps[Math.floor(n / 36)]} ${cubeSteps[Math.floor(n / 6) % 6]} ${cubeSteps[n % 6]})`;
}
