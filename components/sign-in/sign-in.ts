import { apiFetch } from '#components/live/api.ts';

/** `second-factor`: the password was right, and a second step follows. `message`: why not, for the person. */
export type SignInResult = { ok: true } | { ok: false; message: string; next?: 'second-factor' | 'again' };

/** The words with which the console's sign-in tells the page what comes next; everything else is a sentence. */
const secondFactorAsked = 'second-factor';
const stepEnded = 'step-ended';

function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? found : undefined;
}

async function post(path: `/api/auth/${string}`, fields: Record<string, string>): Promise<[Response, string]> {
  const csrfToken = fieldOf(await apiFetch('GET', '/api/auth/csrf'), 'csrfToken') ?? '';
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Pilothouse': '1' },
    body: new URLSearchParams({ callbackUrl: '/', ...fields, csrfToken, json: 'true' }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  // next-auth answers with the address that it would redirect to; a refusal stands there as ?error=...
  return [response, fieldOf(answer, 'url') ?? ''];
}

async function signInBy(way: string, fields: Record<string, string>): Promise<SignInResult> {
  const [response, url] = await post(`/api/auth/callback/${way}`, fields);
  const error = new URL(url || '/', window.location.origin).searchParams.get('error');
  if (response.ok && !error) return { ok: true };
  if (error === secondFactorAsked) return { ok: false, message: '', next: 'second-factor' };
  if (error === stepEnded) return { ok: false, message: 'The sign-in took too long; begin again.', next: 'again' };
  // CredentialsSignin is next-auth's own word for "wrong"; anything else is a sentence of ours (too many attempts ...).
  const known = error === null || error === 'CredentialsSignin';
  return { ok: false, message: known ? 'E-mail or password is wrong.' : error };
}

/** Signs in through next-auth's own endpoints; the session cookie is set by the answer. Throws ConsoleError. */
export function signIn(email: string, password: string): Promise<SignInResult> {
  return signInBy('credentials', { email, password });
}

/** The second step: a code, or the browser's answer for a passkey. */
export function giveSecondFactor(given: { code: string } | { passkey: unknown }): Promise<SignInResult> {
  return signInBy('second-factor', 'code' in given ? given : { passkey: JSON.stringify(given.passkey) });
}

/** The whole sign-in by a passkey. */
export function signInByPasskey(passkey: unknown): Promise<SignInResult> {
  return signInBy('passkey', { passkey: JSON.stringify(passkey) });
}

/** Where to send the browser for this provider; back here with an error when the provider can't be reached. */
export async function providerAddress(id: string, next: string): Promise<string> {
  const [, url] = await post(`/api/auth/signin/${id}`, { callbackUrl: next });
  return url || '/sign-in?error=sso-unreachable';
}
