import { apiFetch } from '#components/live/api.ts';

/** `message`: why not, for the person. */
export type SignInResult = { ok: true } | { ok: false; message: string };

function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = Object.entries(value).find(([key]) => key === name)?.[1];
  return typeof found === 'string' ? found : undefined;
}

/** Signs in through next-auth's own endpoints; the session cookie is set by the answer. Throws ConsoleError. */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  const csrfToken = fieldOf(await apiFetch('GET', '/api/auth/csrf'), 'csrfToken') ?? '';
  const response = await fetch('/api/auth/callback/credentials', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'X-Pilothouse': '1' },
    body: new URLSearchParams({ csrfToken, email, password, json: 'true', callbackUrl: '/' }),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  // next-auth answers with the address that it would redirect to; a refusal stands there as ?error=...
  const url = fieldOf(answer, 'url') ?? '';
  const error = new URL(url || '/', window.location.origin).searchParams.get('error');
  if (response.ok && !error) return { ok: true };
  // CredentialsSignin is next-auth's own word for "wrong"; anything else is a sentence of ours (too many attempts ...).
  const known = error === null || error === 'CredentialsSignin';
  return { ok: false, message: known ? 'E-mail or password is wrong.' : error };
}
