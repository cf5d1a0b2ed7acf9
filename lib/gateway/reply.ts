import type { IncomingHttpHeaders } from 'node:http';
import { finished, Readable } from 'node:stream';
import { appError } from '#lib/shared/errors.ts';
import { engineMessage, readAll } from './ask.ts';
import { createByteBudget } from './byte-budget.ts';
import type { Classified } from './classified.ts';
import { createLineFilter } from './filter.ts';
import { type Forwarded, type ForwardInput, forwardRaw, forwardSmall, forwardStream } from './forward.ts';
import { maskBytesMax, maskEvent, maskReply } from './mask.ts';
import { replyHeaders } from './reply-headers.ts';
import { filterEvents } from './scope/filter-events.ts';
import { filterReply, masksRows } from './scope/filter-reply.ts';
import type { View } from './scope/filter-rows.ts';
import type { SharedAnswers } from './shared-answers.ts';
import type { DoorReply, RawReply } from './types.ts';

/** How a reply ended, for the record. */
export interface ReplyEnd {
  status: number;
  /** The whole reply came through. */
  whole: boolean;
  bytesOut?: number;
  /** The engine's own words, when it refused. */
  error?: string;
}

export interface SendInput {
  classified: Classified;
  forward: ForwardInput;
  /** The client asked for it and the operation can. */
  upgrade?: string;
  /** The client takes the body as it is on the wire. */
  raw: boolean;
  /** Answers from here where it may; absent: the engine is asked. */
  shared?: { answers: SharedAnswers; mayBeOld: boolean };
  /** The principal may not see secrets. */
  masked: boolean;
  /** What of the reply is shown; absent: all of it. */
  view?: View;
  /** Takes other people's ids out of refusals. */
  redact?: (text: string) => string;
  cookie: boolean;
  /** Error bodies are read for the record. */
  recorded: boolean;
  onEnd(end: ReplyEnd): void;
}

const errorBytesMax = 256 * 1024;
/** Of all answers that are held whole to be filtered or masked, until their readers have taken them. */
const heldBytes = createByteBudget(256 * 1024 * 1024);

/** Sends an admitted request and filters what comes back; `onEnd` is called once, when the reply is over. */
export async function sendAdmitted(input: SendInput): Promise<DoorReply> {
  const { spec } = input.classified;
  const filtered = input.view !== undefined || (input.masked && spec.secrets === 'masked');
  const streams = spec.streaming !== 'none' || spec.body === 'stream';
  if (input.raw && streams && !filtered) return sendRaw(input);
  const answer = await (streams || input.upgrade ? forwardStream(input.forward, input.upgrade) : sendSmall(input));
  const { status } = answer;
  if (answer.duplex) {
    const { duplex } = answer;
    finished(duplex, () => input.onEnd({ status, whole: true, bytesOut: readBytes(duplex) }));
    return { status, headers: replyHeaders(answer.headers, { cookie: input.cookie }), duplex };
  }
  const succeeded = status >= 200 && status < 300;
  if (!succeeded && (input.recorded || input.redact)) return replyRefused(input, status, answer.headers, answer.body);
  if (filtered && succeeded) return replyFiltered(input, answer);
  const headers = replyHeaders(answer.headers, { cookie: input.cookie });
  const bytesOut = Number(answer.headers['content-length'] ?? Number.NaN);
  whenOver(answer.body, (whole) =>
    input.onEnd({ status, whole, bytesOut: Number.isNaN(bytesOut) ? undefined : bytesOut }),
  );
  return { status, headers, body: answer.body };
}

function sendSmall({ shared, forward }: SendInput): Promise<Forwarded> {
  return shared ? shared.answers.send(forward, shared.mayBeOld) : forwardSmall(forward);
}

async function sendRaw(input: SendInput): Promise<DoorReply> {
  const { status, headers, raw, bodyBytesRead } = await forwardRaw({ ...input.forward, upgrade: input.upgrade });
  const atHead = readBytes(raw.socket) ?? 0;
  let ended = false;
  raw.socket.once('end', () => {
    ended = true;
  });
  raw.socket.once('close', () => {
    const read = readBytes(raw.socket);
    const bytesOut = read === undefined ? undefined : read - atHead + bodyBytesRead;
    input.onEnd({
      status,
      whole: status === 101 || isWhole(raw, ended, bytesOut, headers['content-length']),
      bytesOut,
    });
  });
  const kept = replyHeaders(headers, { cookie: input.cookie });
  return { status, headers: kept, ...(status === 101 ? { duplex: raw.socket } : { raw }) };
}

/** Nobody parsed the body, so this is for the record alone; the client sees the framing itself. */
function isWhole(raw: RawReply, ended: boolean, bytes: number | undefined, length: string | undefined): boolean {
  if (raw.framing === 'none') return true;
  if (raw.framing === 'length') return bytes === undefined ? ended : bytes >= Number(length);
  return ended && (raw.framing === 'close' || raw.tail?.toString('latin1') === '0\r\n\r\n');
}

async function replyFiltered(
  input: SendInput,
  answer: { status: number; headers: IncomingHttpHeaders; body: Readable },
) {
  const { status, headers, body } = answer;
  // What we can't read we can't mask; Accept-Encoding is never passed on, so this is an engine that lies.
  if ('content-encoding' in headers) {
    body.destroy();
    throw appError('engine-unreachable', 'The engine answered in an encoding that was not asked for.');
  }
  const kept = replyHeaders(headers, { cookie: input.cookie, dropLength: true });
  if (input.classified.operation === 'system.events') {
    if (input.view) {
      const events = filterEvents(body, input.view);
      whenOver(events, (whole) => input.onEnd({ status, whole }));
      return { status, headers: kept, body: events };
    }
    const lines = createLineFilter({ map: maskEvent });
    body.on('error', (error) => lines.destroy(error));
    lines.on('close', () => body.destroy());
    whenOver(lines, (whole) => input.onEnd({ status, whole }));
    return { status, headers: kept, body: body.pipe(lines) };
  }
  const { bytes, release } = await heldBytes.readAll(body, maskBytesMax);
  try {
    const shown = await showBody(input, bytes);
    const shownBody = whole(shown).once('close', release);
    input.onEnd({ status, whole: true, bytesOut: shown.length });
    return { status, headers: { ...kept, 'content-length': String(shown.length) }, body: shownBody };
  } catch (error) {
    release();
    throw error;
  }
}

async function showBody({ classified, view, masked }: SendInput, body: Buffer): Promise<Buffer> {
  const { operation, spec } = classified;
  const seen = view ? await filterReply(operation, body, view) : body;
  if (!masked || spec.secrets !== 'masked' || (view && masksRows(operation))) return seen;
  return maskReply(operation, seen);
}

async function replyRefused(
  input: SendInput,
  status: number,
  headers: IncomingHttpHeaders,
  body: Readable,
): Promise<DoorReply> {
  const read = input.forward.method === 'HEAD' ? Buffer.alloc(0) : await readAll(body, errorBytesMax);
  const error = engineMessage(read.toString());
  const bytes = input.redact ? Buffer.from(input.redact(read.toString())) : read;
  input.onEnd({ status, whole: true, bytesOut: bytes.length, error });
  const kept = replyHeaders(headers, { cookie: input.cookie, dropLength: input.redact !== undefined });
  return { status, headers: kept, body: whole(bytes) };
}

function whole(bytes: Buffer): Readable {
  return Readable.from(bytes.length ? [bytes] : [], { objectMode: false });
}

/** As stream.finished tells it, at a tenth of its cost, which every small request would pay. */
function whenOver(body: Readable, then: (whole: boolean) => void): void {
  if (body.closed) then(body.readableEnded);
  else body.once('close', () => then(body.readableEnded));
}

function readBytes(stream: object): number | undefined {
  return 'bytesRead' in stream && typeof stream.bytesRead === 'number' ? stream.bytesRead : undefined;
}
