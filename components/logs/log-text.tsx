import { type CSSProperties, memo } from 'react';
import { cn } from '#components/ui/cn.ts';
import { prettyJson } from './json-line.ts';
import type { Matcher } from './search-matcher.ts';
import { markSpans } from './search-matcher.ts';
import { parseSgr, type SgrStyle, sgrColour } from './sgr.ts';

/** A line of 256 KB would take a frame to lay out; the rest comes on demand. */
export const shownCharsMax = 8 * 1024;
const marksMax = 200;

/** One log line as runs of text, with the found places marked. Text nodes only: markup in a line stays text. */
export const LogText = memo(function LogText(props: { text: string; matcher: Matcher | null; whole: boolean }) {
  const { matcher, whole } = props;
  const text = whole ? props.text : props.text.slice(0, shownCharsMax);
  const spans = parseSgr(text);
  const plain = matcher ? spans.map((span) => span.text).join('') : '';
  const marked = matcher ? markSpans(spans, matcher(plain, marksMax)) : spans;
  return marked.map((span, i) => {
    const match = 'match' in span && span.match;
    if (!span.style && !match) return span.text;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: runs have no identity of their own
      <span key={i} className={spanClass(span.style, match === true)} style={spanStyle(span.style)}>
        {span.text}
      </span>
    );
  });
});

function spanClass(style: SgrStyle | undefined, match: boolean): string {
  return cn(
    style?.bold && 'font-semibold',
    style?.dim && 'opacity-70',
    style?.italic && 'italic',
    style?.underline && 'underline',
    style?.strike && 'line-through',
    typeof style?.fg === 'string' && style.bg === undefined && !style.inverse && !match && 'ansi-free',
    match && 'rounded-[2px] bg-accent text-accent-ink',
  );
}

function spanStyle(style: SgrStyle | undefined): CSSProperties | undefined {
  if (!style) return undefined;
  const fg = style.fg === undefined ? undefined : sgrColour(style.fg);
  const bg = style.bg === undefined ? undefined : sgrColour(style.bg);
  const css: CSSProperties & { '--ansi-fg'?: string } = {};
  if (style.inverse) {
    css.color = bg ?? 'var(--sunken)';
    css.backgroundColor = fg ?? 'var(--ink)';
  } else {
    if (typeof style.fg === 'string' && bg === undefined) css['--ansi-fg'] = fg;
    else if (fg) css.color = fg;
    if (bg) {
      css.backgroundColor = bg;
      // A program that sets the ground alone counts on a terminal's light text.
      if (!fg) css.color = '#fff';
    }
  }
  return css;
}

const tokenClass = {
  key: 'text-info',
  string: 'text-ok',
  number: 'text-accent-text',
  word: 'text-warn',
  mark: 'text-ink-faint',
} as const;

/** A JSON line spread out. */
export const JsonText = memo(function JsonText({ text }: { text: string }) {
  return prettyJson(text)?.map((token, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: tokens have no identity of their own
    <span key={i} className={tokenClass[token.kind]}>
      {token.text}
    </span>
  ));
});
