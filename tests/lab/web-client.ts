/** A browser without pages: cookies by origin, redirects followed by hand, so that a test can stand in between. */
export interface WebClient {
  /** One request; cookies are sent and kept. A redirect is an answer like any other. */
  send(
    url: string,
    init?: { method?: string; form?: Record<string, string>; headers?: Record<string, string>; json?: unknown },
  ): Promise<Response>;
  /** GETs from address to address until one begins with `until`, which is returned and not asked for. */
  followUntil(url: string, until: string): Promise<string>;
  cookie(origin: string, name: string): string | undefined;
  /** As it stands in a Cookie header. */
  cookieHeader(origin: string): string;
  /** Another browser with the same cookies: what somebody has who copied them. */
  copy(): WebClient;
}

const hopsMax = 20;

/** A new browser with no cookies. */
export function makeWebClient(jars = new Map<string, Map<string, string>>()): WebClient {
  const jarOf = (url: string) => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  const self: WebClient = {
    async send(url, { method = 'GET', form, headers = {}, json } = {}) {
      const jar = jarOf(url);
      const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json);
      const answer = await fetch(url, {
        method,
        redirect: 'manual',
        body,
        headers: {
          Cookie: self.cookieHeader(url),
          ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
      });
      for (const line of answer.headers.getSetCookie()) {
        const pair = line.split(';', 1)[0] ?? '';
        const at = pair.indexOf('=');
        const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
        const gone = value === '' || /; Max-Age=0\b/i.test(line) || expiresInPast(line);
        if (gone) jar.delete(name);
        else jar.set(name, value);
      }
      return answer;
    },
    async followUntil(url, until) {
      let at = url;
      for (let hop = 0; hop < hopsMax; hop++) {
        if (at.startsWith(until)) return at;
        const answer = await self.send(at);
        const next = answer.headers.get('location');
        if (!next) throw new Error(`${at} led nowhere: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
        at = new URL(next, at).href;
      }
      throw new Error(`${url} leads in a circle.`);
    },
    cookie: (origin, name) => jarOf(origin).get(name),
    cookieHeader: (origin) => [...jarOf(origin)].map(([name, value]) => `${name}=${value}`).join('; '),
    copy: () => makeWebClient(new Map([...jars].map(([origin, jar]) => [origin, new Map(jar)]))),
  };
  return self;
}

function expiresInPast(line: string): boolean {
  const date = /; Expires=([^;]+)/i.exec(line)?.[1];
  return date !== undefined && Date.parse(date) <= Date.now();
}
