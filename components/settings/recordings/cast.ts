/** A recording as the player has it. Times are seconds of playing, with long pauses cut short. */
export interface Cast {
  width: number;
  height: number;
  events: CastEvent[];
  seconds: number;
}

export interface CastEvent {
  at: number;
  /** As recorded. */
  realAt: number;
  kind: 'o' | 'i' | 'r' | 'm';
  text: string;
}

/** A pause longer than this is played as this. */
export const pauseMax = 2;

/** Reads asciicast v2: a header line, then `[seconds, kind, text]`. Lines that are none are left out. */
export function parseCast(text: string): Cast {
  const [head = '', ...lines] = text.split('\n');
  const header = parseLine(head);
  const size = isRecord(header) ? header : {};
  const cast: Cast = { width: sizeOf(size.width, 80), height: sizeOf(size.height, 24), events: [], seconds: 0 };
  for (const line of lines) addLine(cast, line);
  return cast;
}

/** Appends one more line, of a session that runs. */
export function addLine(cast: Cast, line: string): void {
  const value = parseLine(line);
  if (!Array.isArray(value)) return;
  const [realAt, kind, text] = value as unknown[];
  if (typeof realAt !== 'number' || typeof text !== 'string') return;
  if (kind !== 'o' && kind !== 'i' && kind !== 'r' && kind !== 'm') return;
  const last = cast.events.at(-1);
  const pause = Math.max(0, realAt - (last?.realAt ?? 0));
  const at = (last?.at ?? 0) + Math.min(pause, pauseMax);
  cast.events.push({ at, realAt, kind, text });
  cast.seconds = at;
}

/** How many events lie at or before this time. */
export function countUntil(cast: Cast, seconds: number): number {
  let low = 0;
  let high = cast.events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cast.events[middle]?.at ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where in the playing a moment of the recording lies. */
export function playTimeOf(cast: Cast, realSeconds: number): number {
  return cast.events.find(({ realAt }) => realAt >= realSeconds)?.at ?? cast.seconds;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sizeOf(value: unknown, fallback: number): number {
  return typeof value === 'number' && value > 0 && value <= 1000 ? value : fallback;
}
