import { createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { checkHost, safeLookup } from './safe-lookup.ts';
import type { Sink } from './sink.ts';

/**
 * Posts `{"items": [...]}`. With a secret each post is signed: `X-Pilothouse-Signature: sha256=` and the hex HMAC-SHA256
 * of the timestamp header, a dot and the body, so that the receiver can refuse what is forged or replayed.
 */
export function createWebhookSink(url: string, secret: string | undefined, nowMs: () => number = Date.now): Sink {
  const target = new URL(url);
  return {
    deliver(items, signal) {
      checkHost(target.hostname);
      const body = JSON.stringify({ items });
      const timestamp = String(Math.floor(nowMs() / 1000));
      const headers: Record<string, string> = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'x-pilothouse-timestamp': timestamp,
      };
      if (secret) headers['x-pilothouse-signature'] = `sha256=${signWebhook(secret, timestamp, body)}`;
      const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
      return new Promise((resolve, reject) => {
        // Redirects are not followed: they could lead where the settings may not.
        const sent = request(target, { method: 'POST', headers, signal, lookup: safeLookup }, (answer) => {
          answer.resume();
          const status = answer.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve();
          else reject(new Error(`the webhook answered ${status}`));
        });
        sent.on('error', reject);
        sent.end(body);
      });
    },
    close: () => Promise.resolve(),
  };
}

/** The signature of one post, in hex. */
export function signWebhook(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}
