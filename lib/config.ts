import { z } from 'zod';

/** The console's settings, parsed once at start. */
export interface Config {
  version: string;
  port: number;
  host: string;
  /** Absolute path of the data folder: database, keys. */
  dataDir: string;
  databaseUrl?: string;
  /** The public URL, without a trailing slash; absent: the address the request came to. */
  publicUrl?: string;
  /** Set by PILOTHOUSE_SECRET; else made once and kept in the data folder by boot. */
  secret?: string;
  admin?: { email: string; password: string };
  /** PILOTHOUSE_ENGINES, added at first run. */
  engines: { name: string; url: string }[];
  tls?: { certFile: string; keyFile: string };
  /** Addresses or CIDR ranges whose X-Forwarded-* counts. */
  trustedProxies: string[];
  /** What one person or token may have open at once. */
  limits: { requests: number; connections: number; terminals: number };
  /** What `docker` itself would use, for the engine adopted at first run. */
  dockerHost?: string;
}

export const engineNamePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

const text = z.string().trim().min(1);
const limit = z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be at least 1');
const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: text.default('0.0.0.0'),
  PILOTHOUSE_DATA: text.default('./data'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .optional(),
  PILOTHOUSE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  PILOTHOUSE_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
  PILOTHOUSE_ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  PILOTHOUSE_ADMIN_PASSWORD: z.string().min(8, 'must have at least 8 characters').optional(),
  PILOTHOUSE_ENGINES: z
    .string()
    .optional()
    .transform((list, ctx) => parseEngines(list, ctx)),
  PILOTHOUSE_TLS_CERT: text.optional(),
  PILOTHOUSE_TLS_KEY: text.optional(),
  PILOTHOUSE_TRUSTED_PROXIES: z
    .string()
    .optional()
    .transform((list) =>
      (list ?? '')
        .split(',')
        .map((s) => s.trim())
        .filter(Boolean),
    ),
  PILOTHOUSE_REQUESTS_MAX: limit.default(256),
  PILOTHOUSE_CONNECTIONS_MAX: limit.default(100),
  PILOTHOUSE_TERMINALS_MAX: limit.default(32),
  DOCKER_HOST: text.optional(),
});

function parseEngines(list: string | undefined, ctx: z.core.$RefinementCtx): { name: string; url: string }[] {
  const engines = (list ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const at = part.indexOf('=');
      return { name: part.slice(0, Math.max(at, 0)), url: part.slice(at + 1) };
    });
  for (const { name, url } of engines) {
    if (!engineNamePattern.test(name))
      ctx.addIssue(
        `has the entry "${name || url}"; it wants name=url, the name of lower-case letters, digits and hyphens`,
      );
    else if (!/^(unix|tcp|ssh):\/\//.test(url))
      ctx.addIssue(`gives ${name} the address "${url}"; it must begin with unix://, tcp:// or ssh://`);
  }
  return engines;
}

/** Parses the environment. Throws an Error whose message is one sentence that names the variable. */
export function parseConfig(
  env: Record<string, string | undefined>,
  version: string,
  resolvePath: (path: string) => string,
): Config {
  // An empty variable means absent, as compose files and systemd units leave them.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(set);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Error(`${String(issue?.path[0] ?? 'The environment')} ${lowerFirst(issue?.message ?? 'is not valid')}.`);
  }
  const e = parsed.data;
  if (!e.PILOTHOUSE_ADMIN_EMAIL !== !e.PILOTHOUSE_ADMIN_PASSWORD) {
    throw new Error('PILOTHOUSE_ADMIN_EMAIL and PILOTHOUSE_ADMIN_PASSWORD go together; only one of them is set.');
  }
  if (!e.PILOTHOUSE_TLS_CERT !== !e.PILOTHOUSE_TLS_KEY) {
    throw new Error('PILOTHOUSE_TLS_CERT and PILOTHOUSE_TLS_KEY go together; only one of them is set.');
  }
  return {
    version,
    port: e.PORT,
    host: e.HOST,
    dataDir: resolvePath(e.PILOTHOUSE_DATA),
    databaseUrl: e.DATABASE_URL,
    publicUrl: e.PILOTHOUSE_URL,
    secret: e.PILOTHOUSE_SECRET,
    admin:
      e.PILOTHOUSE_ADMIN_EMAIL && e.PILOTHOUSE_ADMIN_PASSWORD
        ? { email: e.PILOTHOUSE_ADMIN_EMAIL, password: e.PILOTHOUSE_ADMIN_PASSWORD }
        : undefined,
    engines: e.PILOTHOUSE_ENGINES,
    tls:
      e.PILOTHOUSE_TLS_CERT && e.PILOTHOUSE_TLS_KEY
        ? { certFile: resolvePath(e.PILOTHOUSE_TLS_CERT), keyFile: resolvePath(e.PILOTHOUSE_TLS_KEY) }
        : undefined,
    trustedProxies: e.PILOTHOUSE_TRUSTED_PROXIES,
    limits: {
      requests: e.PILOTHOUSE_REQUESTS_MAX,
      connections: e.PILOTHOUSE_CONNECTIONS_MAX,
      terminals: e.PILOTHOUSE_TERMINALS_MAX,
    },
    dockerHost: e.DOCKER_HOST,
  };
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
