import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { appError } from '#lib/shared/errors.ts';
import { readAll } from './ask.ts';
import { classify } from './classify.ts';
import type { DoorHandlersDeps } from './handlers.ts';
import { abortWhenGone, sendError, waitForTurn } from './http.ts';
import { createLogText } from './log-text.ts';

const formBytesMax = 64 * 1024;
const formSchema = z.object({
  csrfToken: z.string().max(500),
  engine: z.string().min(1).max(64),
  /** Path and query as for the door, `/containers/x/archive?path=/etc`. */
  path: z.string().startsWith('/').max(16_000),
  filename: z.string().min(1).max(255),
});

/**
 * Answers `POST /api/download`: a GET through the door as a file. A browser can stream to disk only what it navigates
 * to, and a navigation carries no header of ours, so this one takes a form with a CSRF token bound to the session.
 * Never rejects.
 */
export async function handleDownload(deps: DoorHandlersDeps, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const gone = abortWhenGone(req, res);
  try {
    await waitForTurn(req, res, gone);
    if (req.method !== 'POST') throw appError('bad-request', 'Downloads are asked for by POST.');
    const client = { headers: req.headers, address: deps.clientAddress(req) };
    // By cookie alone: who has a token needs no form.
    const principal = await deps.identity.bySession(client);
    if (!principal) throw appError('not-signed-in', 'Sign in to download this.');
    const form = await readForm(req);
    if (!deps.identity.checkCsrfToken(principal, form.csrfToken)) {
      throw appError('forbidden', 'The form is not one of the console, or is too old. Reload the page.');
    }
    const [rawPath = '', rawQuery = ''] = splitOnce(form.path, '?');
    const { operation } = classify('GET', rawPath, rawQuery);
    const request = { engine: form.engine, method: 'GET', rawPath, rawQuery, headers: {} };
    const reply = await deps.door.dispatch(principal, request, gone);
    const isText = operation === 'container.logs' && reply.status === 200;
    res.setHeaders(new Map(Object.entries(reply.headers)));
    if (isText) {
      // The frames of the log go, and with them its length.
      res.removeHeader('content-length');
      res.setHeader('content-type', 'text/plain; charset=utf-8');
    }
    if (reply.status === 200) res.setHeader('content-disposition', contentDisposition(form.filename));
    res.setHeader('cache-control', 'no-store');
    res.statusCode = reply.status;
    res.flushHeaders();
    if (!reply.body) res.end();
    else if (isText) await pipeline(reply.body, createLogText(), res);
    else await pipeline(reply.body, res);
  } catch (error) {
    sendError(req, res, error);
  }
}

async function readForm(req: IncomingMessage): Promise<z.infer<typeof formSchema>> {
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') throw appError('bad-request', 'Downloads are asked for by a form.');
  const fields = new URLSearchParams((await readAll(req, formBytesMax)).toString());
  const form = formSchema.safeParse(Object.fromEntries(fields));
  if (!form.success) throw appError('bad-request', 'The form wants csrfToken, engine, path and filename.');
  return form.data;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** RFC 6266: an ASCII name for old browsers, the real one beside it; no path, no quotes, no control characters. */
function contentDisposition(filename: string): string {
  const base = filename.replace(/[\\/]/g, '_').replace(/\p{C}/gu, '_');
  const plain = base.replace(/[^\x20-\x7e]|["%]/g, '_');
  const encoded = encodeURIComponent(base.toWellFormed()).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
