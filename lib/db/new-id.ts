import { randomBytes } from 'node:crypto';

let lastMs = 0;
let sequence = 0;

/**
 * A new id of 22 characters [0-9a-z] that sorts by the time it was made, also within one millisecond of this process:
 * 9 for the time, 3 for the sequence, 10 random. Digits sort before letters in every collation, so both databases agree.
 */
export function newId(nowMs: number = Date.now()): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    sequence = 0;
  } else if (sequence < 36 ** 3 - 1) {
    sequence++;
  } else {
    lastMs++;
    sequence = 0;
  }
  return idFloor(lastMs) + sequence.toString(36).padStart(3, '0') + randomText(10);
}

/** The lowest prefix of ids made at or after this time (ms since 1970), for ranges by time over an id's index. */
export function idFloor(ms: number): string {
  return Math.max(0, Math.floor(ms)).toString(36).padStart(9, '0');
}

/** When an id was made, or what a floor stands for: ms since 1970. */
export function timeOfId(id: string): number {
  return Number.parseInt(id.slice(0, 9), 36);
}

function randomText(length: number): string {
  let text = '';
  // 252 is the last multiple of 36 in a byte: what lies above would favour some characters.
  while (text.length < length) for (const byte of randomBytes(16)) if (byte < 252) text += (byte % 36).toString(36);
  return text.slice(0, length);
}
