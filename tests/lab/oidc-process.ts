// A real OpenID provider (the certified npm package oidc-provider) as a process of its own, steered by messages. It can be
// told to lie in ways that the package itself never would: then its answer is changed and signed again with its own key.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { z } from 'zod';

const setupSchema = z.object({ clientId: z.string(), clientSecret: z.string(), redirectUris: z.array(z.string()) });
const lies = ['nonce', 'issuer', 'audience', 'expired', 'signature', 'none'] as const;
const messageSchema = z.object({
  id: z.number(),
  person: z.object({ sub: z.string(), claims: z.record(z.string(), z.unknown()) }).optional(),
  lie: z.enum(lies).nullish(),
});

const setup = setupSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'lab', alg: 'RS256', use: 'sig' };
const people = new Map<string, Record<string, unknown>>();
let current = '';
let lie: (typeof lies)[number] | undefined;

const server = createServer();
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: setup.clientId,
      client_secret: setup.clientSecret,
      redirect_uris: setup.redirectUris,
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  jwks: { keys: [jwk] } as NonNullable<ConstructorParameters<typeof Provider>[1]>['jwks'],
  cookies: { keys: ['only for tests'] },
  scopes: ['openid', 'email', 'profile', 'groups'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  features: { devInteractions: { enabled: false } },
  pkce: { required: () => true },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ ...people.get(id), sub: id }) }),
});
const handle = provider.callback();

/** Nobody types anything: whoever comes is the person of the moment, and agrees. */
async function interact(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const details = await provider.interactionDetails(req, res);
  if (details.prompt.name === 'login') {
    await provider.interactionFinished(req, res, { login: { accountId: current, remember: false } });
    return;
  }
  const grant = new provider.Grant({ accountId: details.session?.accountId ?? current, clientId: setup.clientId });
  grant.addOIDCScope('openid email profile groups');
  await provider.interactionFinished(req, res, { consent: { grantId: await grant.save() } });
}

/** Changes the ID token in the answer of the token endpoint. */
function lieIn(res: ServerResponse): void {
  const end = res.end.bind(res);
  res.end = ((chunk: unknown) => {
    const answer: unknown = JSON.parse(String(chunk));
    const parsed = z.looseObject({ id_token: z.string() }).safeParse(answer);
    if (!parsed.success) return end(chunk);
    const text = JSON.stringify({ ...parsed.data, id_token: falsify(parsed.data.id_token) });
    res.setHeader('Content-Length', Buffer.byteLength(text));
    return end(text);
  }) as typeof res.end;
}

function falsify(token: string): string {
  const [, body = ''] = token.split('.');
  const claims = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  if (lie === 'nonce') claims.nonce = 'of another sign-in';
  if (lie === 'issuer') claims.iss = 'https://another.example';
  if (lie === 'audience') claims.aud = 'another-application';
  if (lie === 'expired') claims.exp = Math.floor(Date.now() / 1000) - 3600;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head = lie === 'none' ? { alg: 'none' } : { alg: 'RS256', kid: 'lab', typ: 'JWT' };
  const text = `${encode(head)}.${encode(claims)}`;
  if (lie === 'none') return `${text}.`;
  const key =
    lie === 'signature'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      : createPrivateKey({ key: jwk, format: 'jwk' });
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}

server.on('request', (req, res) => {
  if (req.url?.startsWith('/interaction/')) {
    interact(req, res).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      res.writeHead(500).end();
    });
    return;
  }
  if (lie && req.url === '/token') lieIn(res);
  void handle(req, res);
});
process.on('message', (message) => {
  const parsed = messageSchema.parse(message);
  if (parsed.person) {
    current = parsed.person.sub;
    people.set(current, parsed.person.claims);
  }
  if (parsed.lie !== undefined) lie = parsed.lie ?? undefined;
  process.send?.({ id: parsed.id });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ id: 0, issuer });
