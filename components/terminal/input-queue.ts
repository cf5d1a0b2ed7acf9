/** How much of a paste may be under way at once; the program on the other side reads at its own speed. */
const chunkChars = 4096;
const inFlightMax = 4;

export interface InputQueue {
  push(data: string): void;
  /** Characters that have not been sent yet. */
  readonly waiting: number;
  stop(): void;
}

/**
 * Sends what is typed and pasted in order, in pieces, a few at a time: each piece is acknowledged by the server once the
 * engine has taken it, so that a paste of any size neither overruns the terminal nor is cut.
 */
export function createInputQueue(
  send: (chunk: string) => Promise<void>,
  onError: (cause: unknown) => void,
): InputQueue {
  let waiting: string[] = [];
  let inFlight = 0;
  let stopped = false;

  function pump() {
    while (!stopped && inFlight < inFlightMax && waiting.length > 0) {
      const chunk = takeChunk();
      inFlight++;
      send(chunk).then(
        () => {
          inFlight--;
          pump();
        },
        (cause: unknown) => {
          // What follows a lost piece would arrive as a different command than the one that was pasted.
          stopped = true;
          waiting = [];
          onError(cause);
        },
      );
    }
  }

  function takeChunk(): string {
    let chunk = '';
    while (waiting.length > 0 && chunk.length < chunkChars) {
      const next = waiting[0] ?? '';
      const room = chunkChars - chunk.length;
      if (next.length <= room) {
        chunk += next;
        waiting.shift();
      } else {
        const [head, tail] = splitWhole(next, room);
        if (head === '' && chunk !== '') break;
        chunk += head;
        waiting[0] = tail;
        break;
      }
    }
    return chunk;
  }

  return {
    push(data) {
      if (stopped || data === '') return;
      waiting.push(data);
      pump();
    },
    get waiting() {
      return waiting.reduce((sum, part) => sum + part.length, 0);
    },
    stop() {
      stopped = true;
      waiting = [];
    },
  };
}

/** Cuts at `at` or one before: half of a surrogate pair would become a replacement character on the way. */
function splitWhole(text: string, at: number): [string, string] {
  const code = text.charCodeAt(at - 1);
  const cut = code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
  return [text.slice(0, cut), text.slice(cut)];
}
