import type { z } from 'zod';
import type { AuditBegin } from '#lib/audit/types.ts';
import { authorize } from '#lib/authz/authorize.ts';
import type { WebAuthnPlace } from '#lib/identity/second-factor/types.ts';
import type { ClientFacts } from '#lib/identity/types.ts';
import { getRuntime, type Runtime } from '#lib/runtime.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import { appError, isAppError } from '#lib/shared/errors.ts';
import type { ConsoleOperation } from '#lib/shared/operations.ts';
import { clientOf } from './client-of.ts';
import { type Held, requireHeld } from './delegation.ts';
import { parseBody, parseQuery } from './parse.ts';
import { placeOf } from './place-of.ts';
import { respond, respondError } from './respond.ts';

/** What a handler gets: everything identified, allowed and parsed. */
export interface RouteContext<Body, Query> {
  runtime: Runtime;
  principal: UserPrincipal;
  client: ClientFacts;
  /** The `[id]` of the path; '' where it has none. */
  id: string;
  /** All named parts of the path. */
  path: Readonly<Record<string, string>>;
  body: Body;
  query: Query;
  signal: AbortSignal;
  /** Where the browser stands, for passkeys. */
  place: WebAuthnPlace;
  /** The request came by https, so cookies must not travel otherwise. */
  secure: boolean;
}

/** For what needs neither body nor query. */
export type AnyContext = Omit<RouteContext<unknown, unknown>, 'body' | 'query'>;

/** What goes into the trail beside the operation; `params` without any secret. */
export type Described = Partial<Pick<AuditBegin, 'operation' | 'targets' | 'params' | 'engineId' | 'engineName'>>;

interface Spec<Body, Query> {
  /** The operation that a grant must allow, of several any one; `own`: everybody who is signed in, on what is his own. */
  allow: ConsoleOperation | readonly [ConsoleOperation, ...ConsoleOperation[]] | 'own';
  /** Refuses API tokens, so that one that ends soon can't make one that never ends, or change the password. */
  sessionOnly?: boolean;
  /** Also for those who are signed in but for a second factor that they still need: the way to get one. */
  unfinished?: boolean;
  body?: z.ZodType<Body>;
  query?: z.ZodType<Query>;
  /** A value becomes JSON, undefined 204; a Response goes out as it is. */
  handle(context: RouteContext<Body, Query>): Promise<unknown>;
}

export interface ReadSpec<Body, Query> extends Spec<Body, Query> {
  /** For reads that need a record of their own. */
  describe?(context: RouteContext<Body, Query>): Promise<Described> | Described;
}

/** What a change gives, takes away or acts on: refused unless the caller himself holds as much. */
type Holds<Body, Query> = (context: RouteContext<Body, Query>) => Promise<readonly Held[]> | readonly Held[];

/** Who may do these could make himself more than he is, so that their routes must say what is held; `nothing` is said. */
type Power = 'console.users' | 'console.grants';

export type ChangeSpec<Body, Query> = Omit<Spec<Body, Query>, 'allow'> & {
  /** Every change says what it does to what, before it is done; throws not-found when the target is not there. */
  describe(context: RouteContext<Body, Query>): Promise<Described> | Described;
} & (
    | { allow: Exclude<ConsoleOperation, Power> | 'own'; holds?: Holds<Body, Query> }
    | { allow: Power; holds: Holds<Body, Query> }
  );

/** A handler as Next calls it. */
export type NextHandler = (
  request: Request,
  context: { params: Promise<Record<string, string | string[] | undefined> | undefined> },
) => Promise<Response>;

/** A route that changes nothing. */
export function readRoute<Body = undefined, Query = undefined>(spec: ReadSpec<Body, Query>): NextHandler {
  return (request, { params }) => answer(spec, request, params);
}

/** A route that changes something: it cannot be written without its record. */
export function changeRoute<Body = undefined, Query = undefined>(spec: ChangeSpec<Body, Query>): NextHandler {
  return (request, { params }) => answer(spec, request, params);
}

type AnySpec<Body, Query> = ReadSpec<Body, Query> & { holds?: Holds<Body, Query> };

/** identify -> header -> authorize -> parse -> record -> handle; every error becomes a response here and nowhere else. */
async function answer<Body, Query>(
  spec: AnySpec<Body, Query>,
  request: Request,
  params: Promise<Record<string, string | string[] | undefined> | undefined>,
): Promise<Response> {
  try {
    const runtime = getRuntime();
    const client = clientOf(request);
    const principal = await identify(runtime, request, client, spec);
    await allow(runtime, principal, spec, request);
    // Next resolves it to undefined for a path without a [segment].
    const path = Object.fromEntries(
      Object.entries((await params) ?? {}).filter((part): part is [string, string] => typeof part[1] === 'string'),
    );
    const context: RouteContext<Body, Query> = {
      runtime,
      principal,
      client,
      id: path.id ?? '',
      path,
      body: await parseBody(spec.body, request),
      query: parseQuery(spec.query, request),
      signal: request.signal,
      place: placeOf(request, runtime.config),
      secure: request.headers.get('x-forwarded-proto') === 'https',
    };
    if (spec.describe) return await recorded(spec, context, await spec.describe(context));
    if (spec.allow !== 'own') runtime.audit.count({ principal, operation: mainOf(spec.allow), targets: [] });
    return respond(await spec.handle(context));
  } catch (error) {
    return respondError(error);
  }
}

async function identify(
  runtime: Runtime,
  request: Request,
  client: ClientFacts,
  { sessionOnly = false, unfinished = false }: Pick<Spec<unknown, unknown>, 'sessionOnly' | 'unfinished'>,
): Promise<UserPrincipal> {
  // Never both: whoever sends a token means the token, and a bad one must not fall back to the cookie beside it.
  const byToken = request.headers.has('authorization');
  const principal =
    (await (byToken ? runtime.identity.byToken(client) : runtime.identity.bySession(client))) ??
    (unfinished && !byToken ? await runtime.identity.byUnfinishedSession(client) : undefined);
  if (!principal) throw appError('not-signed-in', byToken ? 'This token is not valid.' : 'You are not signed in.');
  if (byToken && sessionOnly) throw appError('forbidden', 'This needs a person who is signed in; a token does not do.');
  // A form or an image of another site sends the cookie but can't send this header (cross-site request forgery).
  if (!byToken && request.method !== 'GET' && request.headers.get('x-pilothouse') !== '1') {
    throw appError('forbidden', 'The header X-Pilothouse: 1 is missing.');
  }
  return principal;
}

async function allow<Body, Query>(
  { audit }: Runtime,
  principal: UserPrincipal,
  spec: Spec<Body, Query>,
  request: Request,
): Promise<void> {
  if (spec.allow === 'own') return;
  const operations = typeof spec.allow === 'string' ? [spec.allow] : spec.allow;
  const decisions = operations.map((operation) => authorize(principal, operation, undefined, Date.now()));
  if (decisions.some(({ allow: allowed }) => allowed)) return;
  const reason = decisions[0]?.reason ?? 'no grant allows it';
  const params = { request: `${request.method} ${new URL(request.url).pathname}` };
  const error = appError('forbidden', `Not allowed: ${reason}.`);
  error.auditId = await audit.record(
    { principal, operation: mainOf(spec.allow), targets: [], params },
    { outcome: 'denied', status: 403, reason, durationMs: 0 },
  );
  throw error;
}

/** Under which of several operations it is counted. */
function mainOf(allowed: ConsoleOperation | readonly [ConsoleOperation, ...ConsoleOperation[]]): ConsoleOperation {
  return typeof allowed === 'string' ? allowed : allowed[0];
}

async function recorded<Body, Query>(
  spec: AnySpec<Body, Query>,
  context: RouteContext<Body, Query>,
  described: Described,
): Promise<Response> {
  const { audit } = context.runtime;
  const operation = described.operation ?? (spec.allow === 'own' ? 'unknown' : mainOf(spec.allow));
  const startedAt = performance.now();
  const auditId = await audit.begin({ targets: [], ...described, principal: context.principal, operation });
  const durationMs = () => performance.now() - startedAt;
  try {
    if (spec.holds) requireHeld(context.principal, await spec.holds(context), Date.now());
    const response = respond(await spec.handle(context));
    await audit.end(auditId, { outcome: 'done', status: response.status, durationMs: durationMs() });
    response.headers.set('X-Audit-Id', auditId);
    return response;
  } catch (error) {
    const status = isAppError(error) ? error.status : 500;
    const message = error instanceof Error ? error.message : String(error);
    const refused = isAppError(error) && error.code === 'forbidden';
    const how = refused
      ? ({ outcome: 'denied', reason: message } as const)
      : ({ outcome: 'failed', error: message } as const);
    await audit.end(auditId, { ...how, status, durationMs: durationMs() });
    if (isAppError(error)) error.auditId = auditId;
    throw error;
  }
}
