/** What the console or an engine refused, with its own words and, where the trail has it, the audit id. */
export class ConsoleError extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly auditId: string | undefined;

  constructor(init: { message: string; code: string; status?: number; auditId?: string }) {
    super(init.message);
    this.name = 'ConsoleError';
    this.code = init.code;
    this.status = init.status;
    this.auditId = init.auditId;
  }
}

/** Anything that was thrown, as what a person is shown. */
export function shownError(cause: unknown): { message: string; auditId?: string } {
  if (cause instanceof ConsoleError) return { message: cause.message, auditId: cause.auditId };
  return { message: cause instanceof Error ? cause.message : String(cause) };
}

/** An answer that is not ok, as an error: `{message, code?, auditId?}` in its body, the audit id also in a header. */
export async function errorOf(response: Response): Promise<ConsoleError> {
  const text = await response.text().catch(() => '');
  const body = parseErrorBody(text);
  // A page instead of an answer (a proxy's, or of a path that is not there) says nothing to a person.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  const said = isPage ? '' : text.slice(0, 500);
  return new ConsoleError({
    message: body.message ?? (said || `The server answered ${response.status} ${response.statusText}.`),
    code: body.code ?? String(response.status),
    status: response.status,
    auditId: body.auditId ?? response.headers.get('x-audit-id') ?? undefined,
  });
}

function parseErrorBody(text: string): { message?: string; code?: string; auditId?: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== 'object' || value === null) return {};
  const field = (name: string) => {
    const found = Object.entries(value).find(([key]) => key === name)?.[1];
    return typeof found === 'string' && found ? found : undefined;
  };
  return { message: field('message'), code: field('code'), auditId: field('auditId') };
}

/** The network itself failed: no answer at all. */
export function networkError(cause: unknown): unknown {
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause;
  return new ConsoleError({ message: 'The console could not be reached. Is the connection up?', code: 'unreachable' });
}
