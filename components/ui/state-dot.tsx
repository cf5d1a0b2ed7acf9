import { cn } from './cn.ts';

/** Each state has a shape of its own, so that nobody needs the colour to tell them apart. */
export type StateShape = 'solid' | 'ring' | 'half' | 'square' | 'cross' | 'pulse' | 'dash';
export type StateTone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';

const tones: Record<StateTone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
  idle: 'text-idle',
};

const shapes: Record<StateShape, React.ReactNode> = {
  solid: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  half: (
    <>
      <circle cx="6" cy="6" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 2.25a3.75 3.75 0 0 0 0 7.5z" fill="currentColor" />
    </>
  ),
  square: <path d="M2.5 2h2.6v8H2.5zM6.9 2h2.6v8H6.9z" fill="currentColor" />,
  cross: <path d="m2.5 2.5 7 7m0-7-7 7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  pulse: (
    <circle
      cx="6"
      cy="6"
      r="3.75"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeDasharray="14 10"
      className="origin-center animate-spin"
    />
  ),
  dash: <path d="M2.5 6h7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
};

/** Shape and word together. `word` is always there for a screen reader; `hideWord` only hides it from sight. */
export function StateDot(props: {
  shape: StateShape;
  tone: StateTone;
  word: string;
  hideWord?: boolean;
  className?: string;
}) {
  const { shape, tone, word, hideWord, className } = props;
  return (
    <span className={cn('inline-flex min-w-0 items-center gap-1.5', className)}>
      <svg viewBox="0 0 12 12" aria-hidden="true" className={cn('size-2.5 shrink-0', tones[tone])}>
        {shapes[shape]}
      </svg>
      <span className={hideWord ? 'sr-only' : 'truncate'}>{word}</span>
    </span>
  );
}
