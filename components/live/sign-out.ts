import { apiFetch } from './api.ts';

/** Ends the session at the server (next-auth's own endpoint), then leaves. */
export async function signOut(): Promise<void> {
  const answer = await apiFetch('GET', '/api/auth/csrf');
  const token =
    typeof answer === 'object' && answer !== null && 'csrfToken' in answer && typeof answer.csrfToken === 'string'
      ? answer.csrfToken
      : '';
  await fetch('/api/auth/signout', {
    method: 'POST',
    headers: { 'X-Pilothouse': '1', 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken: token, json: 'true' }),
    redirect: 'manual',
  });
  // A whole load, so that nothing of this person stays in the page's memory.
  window.location.assign('/sign-in');
}
