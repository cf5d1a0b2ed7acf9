import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceScope, RoleName } from '#lib/shared/access.ts';
import { labEnv, type RunOptions, type RunResult, run } from './run.ts';

export interface ConsoleReply {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

/** Somebody at the console: a session cookie, an API token, and a docker CLI that carries it. */
export interface Person {
  id: string;
  email: string;
  password: string;
  /** As it stands in a Cookie header. */
  cookie: string;
  /** The folder that holds its files. */
  dir: string;
  /** An API token; made by `makeToken`. */
  token: string;
  makeToken(): Promise<string>;
  /** A request with the session cookie and our header, as the pages send it. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ConsoleReply>;
  /** The docker CLI in header mode against an engine, through the console. */
  docker(engine: string, ...args: string[]): Promise<RunResult>;
  dockerWith(engine: string, options: RunOptions, ...args: string[]): Promise<RunResult>;
  /** DOCKER_HOST and DOCKER_CONFIG of header mode, for compose. */
  dockerEnv(engine: string): Record<string, string>;
}

/** Signs in as a browser does, through next-auth's own endpoints. `dir` holds what its docker command line needs. */
export async function signIn(url: string, email: string, password: string, dir: string): Promise<Person> {
  const jar = new Map<string, string>();
  const csrf = await fetch(`${url}/api/auth/csrf`);
  keepCookies(jar, csrf);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await fetch(`${url}/api/auth/callback/credentials`, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: cookieHeader(jar), Origin: url },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true', callbackUrl: url }),
  });
  keepCookies(jar, answer);
  if (!jar.has('pilothouse.session')) {
    throw new Error(`${email} could not sign in: ${answer.status} ${await answer.text()}`);
  }
  return makePerson(url, { email, password, cookie: cookieHeader(jar) }, dir);
}

async function makePerson(
  url: string,
  who: { email: string; password: string; cookie: string },
  dir: string,
): Promise<Person> {
  const configDir = mkdtempSync(join(dir, 'docker-'));
  const request: Person['request'] = (method, path, body, headers = {}) =>
    callConsole(url, method, path, body, { Cookie: who.cookie, Origin: url, 'X-Pilothouse': '1', ...headers });
  const account = await request('GET', '/api/account');
  const person: Person = {
    ...who,
    id: textAt(account.json, 'user', 'id'),
    token: '',
    request,
    async makeToken() {
      const made = await request('POST', '/api/tokens', { name: 'lab' });
      const secret = textAt(made.json, 'secret');
      if (!secret) throw new Error(`${who.email} got no token: ${made.status} ${made.text}`);
      person.token = secret;
      return secret;
    },
    dir,
    dockerEnv: (engine) => dockerEnv(url, engine, person.token, configDir),
    docker: (engine, ...args) => person.dockerWith(engine, {}, ...args),
    dockerWith: (engine, options, ...args) =>
      run('docker', args, { ...options, env: { ...person.dockerEnv(engine), ...options.env } }),
  };
  return person;
}

/** Where the grant of a new person holds; absent parts: everywhere, every object. */
export interface GrantPlace {
  engine?: string;
  tag?: string;
  resource?: ResourceScope;
}

/** Has the administrator make a user with a role, and signs the user in. */
export async function addPerson(
  url: string,
  administrator: Person,
  input: { email: string; role?: RoleName; on?: GrantPlace },
): Promise<Person> {
  const password = 'lab-person-password-1';
  const made = await administrator.request('POST', '/api/users', { email: input.email, name: input.email, password });
  const id = textAt(made.json, 'user', 'id') || textAt(made.json, 'id');
  if (!id) throw new Error(`No user was made: ${made.status} ${made.text}`);
  if (input.role) {
    const scope = await scopeOf(administrator, input.on ?? {});
    const grant = { subjectKind: 'user', subjectId: id, role: input.role, scope, resource: input.on?.resource };
    const granted = await administrator.request('POST', '/api/grants', grant);
    if (granted.status >= 300) throw new Error(`No grant was made: ${granted.status} ${granted.text}`);
  }
  const person = await signIn(url, input.email, password, administrator.dir);
  await person.makeToken();
  return person;
}

async function scopeOf(administrator: Person, on: GrantPlace) {
  if (on.tag) return { kind: 'tag', value: on.tag };
  if (!on.engine) return { kind: 'all', value: '' };
  const { json } = await administrator.request('GET', '/api/engines');
  const rows = (json as { rows?: { id: string; name: string }[] } | undefined)?.rows ?? [];
  const found = rows.find((row) => row.name === on.engine);
  if (!found) throw new Error(`The console has no engine ${on.engine}.`);
  return { kind: 'engine', value: found.id };
}

/** A request to the console with nothing added. */
export async function callConsole(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ConsoleReply> {
  const answer = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: answer.status, headers: answer.headers, text, json };
}

function keepCookies(jar: Map<string, string>, answer: Response): void {
  for (const line of answer.headers.getSetCookie()) {
    const pair = line.split(';', 1)[0] ?? '';
    const at = pair.indexOf('=');
    jar.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

function cookieHeader(jar: Map<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}

function textAt(value: unknown, ...path: string[]): string {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
  return typeof at === 'string' ? at : '';
}

/** Header mode: a DOCKER_CONFIG of its own whose HttpHeaders carry the token on every request. */
/** DOCKER_HOST and DOCKER_CONFIG of header mode. */
export function dockerEnv(url: string, engine: string, token: string, configDir: string): Record<string, string> {
  const config = JSON.stringify({ HttpHeaders: { Authorization: `Bearer ${token}` } });
  writeFileSync(join(configDir, 'config.json'), config, { mode: 0o600 });
  return labEnv({ DOCKER_HOST: `tcp://${new URL(url).host}/docker/${engine}`, DOCKER_CONFIG: configDir });
}

/** Links CLI plugins (compose, buildx) into a DOCKER_CONFIG. */
export function linkPlugins(configDir: string, plugins: string[]): void {
  const dir = join(configDir, 'cli-plugins');
  mkdirSync(dir, { recursive: true });
  const present = new Set(readdirSync(dir));
  for (const path of plugins) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!present.has(name)) symlinkSync(path, join(dir, name));
  }
}
