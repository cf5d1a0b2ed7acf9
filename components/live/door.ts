import { errorOf, networkError } from './errors.ts';

export type DoorMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';

/** The address of an Engine API path behind the door; `path` begins with a slash and has its query. */
export function doorPath(engine: string, path: string): string {
  return `/docker/${encodeURIComponent(engine)}${path}`;
}

/**
 * One Engine API request through the door, exactly what `docker` would send. Resolves with the response when its
 * status is below 400; throws ConsoleError with the engine's own words and the audit id otherwise.
 */
export async function doorResponse(
  engine: string,
  method: DoorMethod,
  path: string,
  body?: unknown,
  options: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<Response> {
  const response = await fetch(doorPath(engine, path), {
    method,
    signal: options.signal,
    // The header that forms and images of other sites can't send.
    headers: {
      'X-Pilothouse': '1',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
  }).catch((cause: unknown) => {
    throw networkError(cause);
  });
  if (response.status >= 400) throw await errorOf(response);
  return response;
}

/** As doorResponse, with the parsed JSON of the answer; undefined for an empty one. Parse it before you trust it. */
export async function doorFetch(
  engine: string,
  method: DoorMethod,
  path: string,
  body?: unknown,
  options: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<unknown> {
  const text = await (await doorResponse(engine, method, path, body, options)).text();
  return text ? JSON.parse(text) : undefined;
}
