import type { Duplex } from 'node:stream';
import { createExec, type ExecPlace, readOutput, startExec } from './exec-run.ts';

/** Every process of a terminal carries this in its environment, with the terminal's id. */
export const terminalVariable = 'PILOTHOUSE_TERMINAL';

/**
 * The engine lets a terminal's process live on when its stream ends, and whoever lost the right, or the console itself
 * when it crashed, can't start anything to end it. So beside each terminal a small second exec waits for the end of its
 * own stdin, which comes with every kind of ending, and then hangs up what still sits in the terminal.
 */
export interface Lifeline {
  /** Hangs up and tells what is still there a moment later, as `pid command` lines; '' when nothing is. */
  hangUp(): Promise<string>;
  /** The terminal has ended by itself: nothing is to be hung up. */
  release(): void;
}

const answerMs = 10_000;

// Built-ins of any shell and grep alone. A daemon that was started from the terminal has left it (field 5 after the
// name, its terminal, is 0) and is let be, as when a real terminal is closed.
const script = `
MARK=${terminalVariable}=$TERMINAL_ID
mine() {
  for d in /proc/[0-9]*; do
    grep -q "$MARK" "$d/environ" 2>/dev/null || continue
    read -r stat 2>/dev/null < "$d/stat" || continue
    set -- \${stat##*) }
    [ "$5" != 0 ] && echo "\${d#/proc/}"
  done
}
while read -r line; do [ "$line" = release ] && exit 0; done
pids=$(mine)
[ -z "$pids" ] && exit 0
kill -HUP $pids 2>/dev/null
kill -CONT $pids 2>/dev/null
for i in 1 2 3 4 5 6 7 8 9 10; do
  [ -z "$(mine)" ] && exit 0
  sleep 0.2 2>/dev/null || sleep 1
done
for p in $(mine); do read -r name 2>/dev/null < "/proc/$p/comm"; echo "$p $name"; done
`;

/** Throws when the container has no /bin/sh to run it. */
export async function startLifeline(
  place: ExecPlace,
  terminal: string,
  user: string | undefined,
  signal: AbortSignal,
): Promise<Lifeline> {
  // By its environment, so that whoever lists the container's processes sees one line and not twenty.
  const command = ['/bin/sh', '-c', 'eval "$PILOTHOUSE_LIFELINE"'];
  const env = [`PILOTHOUSE_LIFELINE=${script}`, `TERMINAL_ID=${terminal}`];
  const id = await createExec(place, { command, env, user, tty: false, stdin: true }, signal);
  const duplex: Duplex = await startExec(place, id, false, signal);
  duplex.on('error', () => duplex.destroy());
  const output = readOutput(duplex).catch(() => '');
  return {
    async hangUp() {
      duplex.end();
      const late = setTimeout(() => duplex.destroy(), answerMs);
      const said = await output;
      clearTimeout(late);
      duplex.destroy();
      return said.trim();
    },
    release() {
      if (!duplex.destroyed) duplex.end('release\n');
    },
  };
}
