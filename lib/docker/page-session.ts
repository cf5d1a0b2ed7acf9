import { headers } from 'next/headers';
import { notFound, redirect } from 'next/navigation';
import { cache } from 'react';
import { authorize } from '#lib/authz/authorize.ts';
import { getRuntime } from '#lib/runtime.ts';
import type { UserPrincipal } from '#lib/shared/access.ts';
import type { ConsoleOperation } from '#lib/shared/operations.ts';

/** Who asks for this page; undefined: nobody that we know. Looked up once per request. */
export const findPrincipal = cache(async (): Promise<UserPrincipal | undefined> => {
  const list = await headers();
  // The server has settled X-Forwarded-For before anything reads it: it is the client, whatever the client claims.
  return getRuntime().identity.bySession({
    headers: Object.fromEntries(list),
    address: list.get('x-forwarded-for') ?? '',
  });
});

/** What the sign-in page begins with: an open first step, a session that still lacks its second factor, the providers. */
export async function readSignIn() {
  const { identity, config } = getRuntime();
  const list = await headers();
  const client = { headers: Object.fromEntries(list), address: list.get('x-forwarded-for') ?? '' };
  const [open, unfinished, providers] = await Promise.all([
    identity.signInSteps.read(client),
    identity.byUnfinishedSession(client),
    identity.sso.list(),
  ]);
  const second = open && { email: open.user.email, step: await identity.secondFactors.step(open.user.id) };
  const has = unfinished && (await identity.secondFactors.step(unfinished.userId));
  return {
    second,
    // Who has one already (added elsewhere, or before it was demanded) signs in again and gives it.
    mustEnrol:
      unfinished && !has?.totp && !has?.passkey
        ? { hasPassword: await identity.users.hasPassword(unfinished.userId) }
        : undefined,
    providers: providers.filter(({ enabled }) => enabled).map(({ id, name }) => ({ id, name })),
    // Providers send people back to the public address; the cookies that the answer is checked by must be there, too.
    providersAt:
      config.publicUrl && list.get('x-forwarded-host') !== new URL(config.publicUrl).host ? config.publicUrl : '',
  };
}

/** As findPrincipal; nobody is sent to the sign-in (or, before there is an administrator, to the setup). */
export async function requirePrincipal(): Promise<UserPrincipal> {
  const principal = await findPrincipal();
  if (principal) return principal;
  if (getRuntime().identity.setupSecret() !== undefined) redirect('/setup');
  // A navigation inside the page asks with a mark of Next's own; it does not belong to the address.
  const path = ((await headers()).get('x-request-path') ?? '/').replace(/[?&]_rsc=[^&]*/, '');
  redirect(path === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(path)}`);
}

/** For pages of the console itself: whoever may not is told that there is no such page. */
export async function requireConsole(operation: ConsoleOperation): Promise<UserPrincipal> {
  const principal = await requirePrincipal();
  if (!authorize(principal, operation, undefined, Date.now()).allow) notFound();
  return principal;
}

/** The same for pages that several operations open: any one of them suffices. */
export async function requireAnyConsole(operations: readonly ConsoleOperation[]): Promise<UserPrincipal> {
  const principal = await requirePrincipal();
  const now = Date.now();
  if (!operations.some((operation) => authorize(principal, operation, undefined, now).allow)) notFound();
  return principal;
}

/** Where people reach the console: PILOTHOUSE_URL, or else as this request came. */
export async function publicOrigin(): Promise<string> {
  const { publicUrl } = getRuntime().config;
  if (publicUrl) return publicUrl;
  const list = await headers();
  return `${list.get('x-forwarded-proto') ?? 'http'}://${list.get('x-forwarded-host') ?? list.get('host') ?? 'localhost'}`;
}
