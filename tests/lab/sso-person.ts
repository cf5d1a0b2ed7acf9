import { z } from 'zod';
import { makeWebClient, type WebClient } from './web-client.ts';

/** Where a sign-in by a provider ended. */
export interface SsoEnd {
  /** Path and query on the console that the answer leads to. */
  location: string;
  /** Whether the browser has a session cookie. */
  signedIn: boolean;
}

/** Somebody with a browser in front of the console's sign-in page. */
export interface SsoPerson {
  client: WebClient;
  /** A form of next-auth, as the pages send it; the address that it answers with. */
  post(path: string, form: Record<string, string>): Promise<string>;
  /** Presses the provider's button and signs in there; the callback that the provider sends the browser to, not asked yet. */
  begin(provider: string, next?: string): Promise<string>;
  /** Asks for the callback. */
  finish(callback: string): Promise<SsoEnd>;
  signIn(provider: string): Promise<SsoEnd>;
  /** A request of the pages. */
  api(method: string, path: string, json?: unknown): Promise<{ status: number; json: unknown; text: string }>;
}

/** A person with this browser, else with a fresh one. */
export function ssoPerson(url: string, client: WebClient = makeWebClient()): SsoPerson {
  const self: SsoPerson = {
    client,
    async post(path, form) {
      const csrf = await client.send(`${url}/api/auth/csrf`);
      const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await csrf.json());
      const answer = await client.send(`${url}${path}`, {
        method: 'POST',
        form: { callbackUrl: '/', ...form, csrfToken, json: 'true' },
      });
      return z.object({ url: z.string() }).parse(await answer.json()).url;
    },
    async begin(provider, next = '/') {
      const address = await self.post(`/api/auth/signin/${provider}`, { callbackUrl: next });
      return client.followUntil(address, `${url}/api/auth/callback/`);
    },
    async finish(callback) {
      let at = new URL(callback);
      // An error goes by way of next-auth's own addresses.
      do {
        const answer = await client.send(at.href);
        at = new URL(answer.headers.get('location') ?? '', url);
      } while (at.pathname.startsWith('/api/'));
      at.searchParams.delete('callbackUrl');
      return {
        location: at.pathname + at.search,
        signedIn: client.cookie(url, 'pilothouse.session') !== undefined,
      };
    },
    signIn: async (provider) => self.finish(await self.begin(provider)),
    async api(method, path, json) {
      const answer = await client.send(`${url}${path}`, {
        method,
        json,
        headers: { 'X-Pilothouse': '1', Origin: url },
      });
      const text = await answer.text();
      return { status: answer.status, text, json: text ? JSON.parse(text) : undefined };
    },
  };
  return self;
}
