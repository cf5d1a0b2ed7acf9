import { Terminal } from '@xterm/xterm';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useResolvedTheme } from '#components/shell/use-theme.ts';
import { terminalFont, terminalTheme } from '#components/terminal/terminal-theme.ts';
import { type Cast, countUntil } from './cast.ts';

/** Plays a cast into a terminal: time goes on by itself, at any speed; a jump back draws it all again. `live`: always its end. */
export function usePlayer(box: RefObject<HTMLDivElement | null>, cast: Cast | undefined, live: boolean) {
  const [seconds, setSeconds] = useState(0);
  const [playing, setPlaying] = useState(true);
  const [speed, setSpeed] = useState(1);
  const mode = useResolvedTheme();
  const term = useRef<Terminal>(undefined);
  const drawn = useRef(0);
  const time = useRef(0);

  useEffect(() => {
    const element = box.current;
    if (!element || !cast) return;
    const { width: cols, height: rows } = cast;
    const made = new Terminal({
      cols,
      rows,
      fontFamily: terminalFont(),
      fontSize: 13,
      scrollback: 5000,
      disableStdin: true,
    });
    made.open(element);
    term.current = made;
    drawn.current = 0;
    return () => {
      term.current = undefined;
      made.dispose();
    };
  }, [box, cast]);
  useEffect(() => {
    if (term.current) term.current.options.theme = terminalTheme(mode);
  });

  const show = useCallback(
    (to: number) => {
      const { current } = term;
      if (!current || !cast) return;
      const until = countUntil(cast, to);
      if (until < drawn.current) {
        current.reset();
        current.resize(cast.width, cast.height);
        drawn.current = 0;
      }
      for (const { kind, text } of cast.events.slice(drawn.current, until)) {
        const size = kind === 'r' ? /^(\d{1,3})x(\d{1,3})$/.exec(text) : undefined;
        if (kind === 'o') current.write(text);
        // After what was written before it: xterm writes later than it is told.
        else if (size) current.write('', () => current.resize(Number(size[1]), Number(size[2])));
      }
      drawn.current = until;
      time.current = to;
      setSeconds(to);
    },
    [cast],
  );

  useEffect(() => {
    if (!playing || !cast) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      const next = live ? cast.seconds : Math.min(time.current + ((now - last) / 1000) * speed, cast.seconds);
      last = now;
      if (next !== time.current || drawn.current < cast.events.length) show(next);
      frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, cast, live, show]);

  return { seconds, playing, setPlaying, speed, setSpeed, seek: show };
}
