const signals: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  14: 'SIGALRM',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

/**
 * What an exit code says, as far as shells and runc agree on it; undefined for codes that only the program knows.
 * `oomKilled` is the engine's own flag, which makes 137 a case of too little memory.
 */
export function exitMeaning(code: number, oomKilled = false): string | undefined {
  if (oomKilled) return 'killed for using more memory than its limit (OOM)';
  if (code === 0) return 'ended without an error';
  if (code === 1) return 'ended with a general error';
  if (code === 2) return 'ended with an error, often wrong usage of a command';
  if (code === 125) return 'the engine could not run the container';
  if (code === 126) return 'the command was found but could not be run (permissions, or no program)';
  if (code === 127) return 'the command was not found';
  if (code === 128) return 'ended with an invalid exit code';
  const signal = signals[code - 128];
  if (signal === 'SIGKILL') return 'killed by SIGKILL: by a kill, a stop that ran out of time, or the system';
  if (signal === 'SIGTERM') return 'ended by SIGTERM, as a stop asks for';
  if (signal === 'SIGINT') return 'ended by SIGINT (Ctrl-C)';
  if (signal === 'SIGSEGV') return 'crashed with SIGSEGV: it touched memory that is not its own';
  if (signal === 'SIGABRT') return 'aborted itself (SIGABRT)';
  if (signal) return `ended by ${signal}`;
  if (code > 128 && code <= 128 + 64) return `ended by signal ${code - 128}`;
  if (code === 255) return 'ended with an exit code out of range, or -1';
  return undefined;
}
