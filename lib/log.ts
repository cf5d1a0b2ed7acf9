/** Writes one line of JSON to stderr, or a plain sentence on a terminal. Never give it secrets or bodies. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

type Level = 'info' | 'warn' | 'error';

/** `write` is process.stderr.write unless a test gives its own. */
export function createLog(
  write: (line: string) => void = (line) => void process.stderr.write(line),
  plain = process.stderr.isTTY === true,
): Log {
  const line = (level: Level, message: string, fields: Record<string, unknown> = {}) => {
    const shown = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, showValue(value)]));
    if (!plain) return write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...shown })}\n`);
    const rest = Object.entries(shown).map(([key, value]) => ` ${key}=${String(value)}`);
    write(`${level === 'info' ? '' : `${level}: `}${message}${rest.join('')}\n`);
  };
  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
    error: (message, fields) => line('error', message, fields),
  };
}

function showValue(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return value.cause instanceof Error ? `${value.message} (${value.cause.message})` : value.message;
}
