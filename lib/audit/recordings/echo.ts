import { stripVTControlCharacters } from 'node:util';

/** Typed and not shown for so long: it will not be shown. */
const lateMs = 2000;
const pendingMax = 4096;
const queueMax = 200;

/** Tells what was typed and shown from what was typed blindly. */
export interface EchoWatch {
  /** Gives what can be kept at once: keys that are no text, such as arrows and Enter. */
  typed(text: string, atMs: number): string;
  /** Gives what this output shows to have been typed before it. */
  shown(text: string, atMs: number): string;
}

/**
 * A terminal's echo is switched off where a password is asked for, and nothing outside the container says so. But what is
 * typed with echo on comes back as the very next output. So text is kept only once the output begins with it; what is
 * not shown that way is forgotten. That a program which shows something else for each key (an editor) leaves less of the
 * typing in the recording is the better mistake: what it does is seen in the output.
 */
export function createEchoWatch(): EchoWatch {
  /** Text that waits for its echo, and the keys behind it, in order. */
  let queue: string[] = [];
  let queuedAt = 0;

  /** The keys that no text stands before any more. */
  function takeKeys(): string {
    const text = queue.findIndex(isText);
    return queue.splice(0, text < 0 ? queue.length : text).join('');
  }

  /** What waits was typed blindly: later output that happens to begin like it must not give a part of it away. */
  function forgetText(): string {
    queue = queue.filter((key) => !isText(key));
    return takeKeys();
  }

  return {
    typed(text, atMs) {
      const late = atMs - queuedAt > lateMs || queue.length > queueMax ? forgetText() : '';
      if (queue.length === 0) queuedAt = atMs;
      for (const key of splitKeys(text)) {
        const last = queue.at(-1);
        if (last !== undefined && isText(last) && isText(key)) queue.push((queue.pop() + key).slice(-pendingMax));
        else queue.push(key);
      }
      return late + takeKeys();
    },
    shown(text, atMs) {
      const [first] = queue;
      if (first === undefined) return '';
      if (atMs - queuedAt > lateMs) return forgetText();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a bell or a step back before the echo.
      const plain = stripVTControlCharacters(text).replace(/^[\b\u0007]+/, '');
      if (plain === '') return '';
      let same = 0;
      while (same < first.length && first[same] === plain[same]) same++;
      if (same === 0 || (same < first.length && same < plain.length)) return forgetText();
      queuedAt = atMs;
      queue[0] = first.slice(same);
      if (queue[0] === '') queue.shift();
      return first.slice(0, same) + takeKeys();
    },
  };
}

/** Escape sequences and control characters one by one, the rest in runs. */
function splitKeys(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters.
  return text.match(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?|[\u0000-\u001f\u007f]|[^\u0000-\u001f\u007f]+/gs) ?? [];
}

function isText(key: string): boolean {
  return key > '\u001f' && key[0] !== '\u007f';
}
