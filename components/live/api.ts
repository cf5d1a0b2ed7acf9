import { errorOf, networkError } from './errors.ts';

/** One request to the console's own API (`/api/...`). Resolves with the parsed JSON; throws ConsoleError. */
export async function apiFetch(
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  path: `/api/${string}`,
  body?: unknown,
  options: { signal?: AbortSignal } = {},
): Promise<unknown> {
  const response = await fetch(path, {
    method,
    signal: options.signal,
    headers: { 'X-Pilothouse': '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
  }).catch((cause: unknown) => {
    throw networkError(cause);
  });
  if (!response.ok) throw await errorOf(response);
  const text = await response.text();
  return text ? JSON.parse(text) : undefined;
}
