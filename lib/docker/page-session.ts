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

/** Where people reach the console: PILOTHOUSE_URL, or else as this request came. */
export async function publicOrigin(): Promise<string> {
  const { publicUrl } = getRuntime().config;
  if (publicUrl) return publicUrl;
  const list = await headers();
  return `${list.get('x-forwarded-proto') ?? 'http'}://${list.get('x-forwarded-host') ?? list.get('host') ?? 'localhost'}`;
}
