/** A failure that a person may read. `message` is for people, `cause` for the log, `code` for programs. */
export interface AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  /** Set when the trail has a record of the refusal. */
  auditId?: string;
}

/** Each code with the HTTP status it becomes at a door. */
export const errorStatus = {
  'bad-request': 400,
  'not-signed-in': 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'too-large': 413,
  'too-many': 429,
  internal: 500,
  'engine-unreachable': 502,
  unavailable: 503,
  'engine-timeout': 504,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** Makes the one error type of this project; throw it deep, turn it into a response in one place per door. */
export function appError(code: ErrorCode, message: string, cause?: unknown): AppError {
  const error = new Error(message, cause === undefined ? undefined : { cause });
  return Object.assign(error, { name: 'AppError', code, status: errorStatus[code] });
}

/** Works across module instances (the server and Next load their own copies), where `instanceof` does not. */
export function isAppError(value: unknown): value is AppError {
  return (
    value instanceof Error &&
    typeof (value as Partial<AppError>).code === 'string' &&
    typeof (value as Partial<AppError>).status === 'number'
  );
}
