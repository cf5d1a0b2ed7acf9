/** The filter of the audit page, as it stands in the URL. */
export interface AuditFilter {
  text: string;
  outcome: string;
  operation: string;
  engine: string;
  from: string;
  to: string;
}

const names = ['text', 'outcome', 'operation', 'engine', 'from', 'to'] as const;

export function filterOf(params: URLSearchParams): AuditFilter {
  const value = (name: (typeof names)[number]) => params.get(name) ?? '';
  return {
    text: value('text'),
    outcome: value('outcome'),
    operation: value('operation'),
    engine: value('engine'),
    from: value('from'),
    to: value('to'),
  };
}

/** For the page's own URL: only what is set. */
export function toParams(filter: AuditFilter): URLSearchParams {
  return new URLSearchParams(names.filter((name) => filter[name]).map((name) => [name, filter[name]]));
}

/** For the console's API: days become the milliseconds at which they begin and end, here. */
export function toApiParams(filter: AuditFilter): URLSearchParams {
  const params = toParams(filter);
  if (filter.from) params.set('from', String(new Date(`${filter.from}T00:00:00`).getTime()));
  if (filter.to) params.set('to', String(new Date(`${filter.to}T23:59:59.999`).getTime()));
  return params;
}
