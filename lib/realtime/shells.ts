import { type ExecPlace, runExec } from './exec-run.ts';

const names = ['bash', 'zsh', 'fish', 'ash', 'dash', 'sh'];
const look = `for s in ${names.join(' ')}; do command -v $s; done; true`;
// Distroless images have their busybox, if any, in a folder of its own.
const starters = ['/bin/sh', '/busybox/sh', '/bin/busybox'];

/** The shells of a container, best first, found by looking; none: `problem` says why, in words for people. */
export async function findShells(
  place: ExecPlace,
  user: string | undefined,
  signal: AbortSignal,
): Promise<{ shells: string[]; problem?: string }> {
  let said = '';
  for (const starter of starters) {
    const command = starter.endsWith('busybox') ? [starter, 'sh', '-c', look] : [starter, '-c', look];
    const { code, output } = await runExec(place, command, user, signal);
    if (code === 126 || code === 127) {
      said = output;
      continue;
    }
    // A busybox that prefers its own applets names them without a path.
    const lines = output.split('\n').map((line) => line.trim());
    const shells = [...new Set(lines)].filter((line) => names.includes(line.slice(line.lastIndexOf('/') + 1)));
    return { shells: shells.length > 0 ? shells : [starter] };
  }
  return { shells: [], problem: explain(said) };
}

function explain(said: string): string {
  if (/no such file|not found/i.test(said)) {
    return 'This container has no shell: its image is made without one (distroless, or a single program). Name a program that it has, or look at its logs and files.';
  }
  return said.trim() || 'The engine did not say why no shell could be started.';
}
