import { type AppError, appError, isAppError } from '#lib/shared/errors.ts';
import { describeEndpoint, type Endpoint } from '../endpoint.ts';

/** An ssh host whose key is not (or no longer) trusted. */
export interface HostKeyProblem {
  status: 'new' | 'changed';
  /** `SHA256:...` */
  presented: string;
  pinned?: string;
}

/** The refusal to talk to an untrusted ssh host; carries both fingerprints. */
export function hostKeyError(problem: HostKeyProblem, where: string): AppError & { hostKey: HostKeyProblem } {
  const message =
    problem.status === 'new'
      ? `${where} was never seen before. It presents the host key ${problem.presented}; confirm it to connect.`
      : `${where} presents another host key than before: ${problem.presented}, pinned is ${problem.pinned}. ` +
        'Either the machine was set up anew or somebody stands in between; nothing was sent.';
  return Object.assign(appError('engine-unreachable', message), { hostKey: problem });
}

/** The host key problem that an error carries, if it is one. */
export function hostKeyProblem(error: unknown): HostKeyProblem | undefined {
  return error instanceof Error && 'hostKey' in error ? (error.hostKey as HostKeyProblem) : undefined;
}

/** Turns whatever failed on the way to an engine into an error whose message a person can act on. */
export function explainFailure(error: unknown, endpoint: Endpoint): AppError {
  if (isAppError(error)) return error;
  const where = describeEndpoint(endpoint);
  const { code, message } = errorFacts(error);
  const sentence = (endpoint.kind === 'tls' && explainTls(code, message, where)) || explainSocket(code, message, where);
  return appError(code === 'ETIMEDOUT' ? 'engine-timeout' : 'engine-unreachable', sentence, error);
}

/** The error that a connection attempt ends with when it took too long; engine-timeout. */
export function connectTimeout(endpoint: Endpoint, timeoutMs: number): AppError {
  const what =
    endpoint.kind === 'tls' ? 'No TLS handshake' : endpoint.kind === 'ssh' ? 'No ssh session' : 'No connection';
  return appError('engine-timeout', `${what} with ${describeEndpoint(endpoint)} within ${timeoutMs / 1000} s.`);
}

function errorFacts(error: unknown): { code: string; message: string } {
  // Node tries several addresses and puts the failures together; the first one tells as much as all.
  if (error instanceof AggregateError && error.errors.length > 0) return errorFacts(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  return { code: 'code' in error && typeof error.code === 'string' ? error.code : '', message: error.message };
}

const socketSentences: Record<string, (where: string) => string> = {
  ECONNREFUSED: (where) => `Nothing listens at ${where} (connection refused).`,
  ENOENT: (where) => `There is no socket at ${where}.`,
  EACCES: (where) => `The console may not open ${where} (permission denied).`,
  EPERM: (where) => `The console may not open ${where} (not permitted).`,
  ENOTSOCK: (where) => `${where} is not a socket.`,
  ENOTFOUND: (where) => `The host name of ${where} is not known.`,
  EAI_AGAIN: (where) => `The host name of ${where} could not be looked up.`,
  EHOSTUNREACH: (where) => `${where} can't be reached (no route to host).`,
  ENETUNREACH: (where) => `${where} can't be reached (no route to its network).`,
  ETIMEDOUT: (where) => `${where} did not answer in time.`,
  ECONNRESET: (where) => `${where} broke the connection off.`,
  EPIPE: (where) => `${where} broke the connection off.`,
};

function explainSocket(code: string, message: string, where: string): string {
  return socketSentences[code]?.(where) ?? `${where} can't be reached: ${message}`;
}

const untrustedCodes = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
]);

function explainTls(code: string, message: string, where: string): string | undefined {
  if (untrustedCodes.has(code))
    return `The certificate of ${where} is not signed by the given CA (${code.toLowerCase().replaceAll('_', ' ')}).`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `The certificate of ${where} is for another host: ${message}`;
  if (code === 'CERT_HAS_EXPIRED') return `The certificate of ${where} has expired.`;
  if (code === 'CERT_NOT_YET_VALID') return `The certificate of ${where} is not valid yet.`;
  if (/wrong[ _]version[ _]number|packet[ _]length[ _]too[ _]long/i.test(`${code} ${message}`))
    return `${where} does not speak TLS.`;
  // TLS 1.3: the server judges our certificate after our side of the handshake is done, so this comes with the first read.
  if (/ALERT_(CERTIFICATE_REQUIRED|HANDSHAKE_FAILURE)/.test(code) || /certificate required/i.test(message))
    return `${where} wants a client certificate and was given none that it knows.`;
  if (/ALERT_(BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|UNSUPPORTED_CERTIFICATE)/.test(code))
    return `${where} refused the client certificate (${message.match(/alert [a-z ]+/i)?.[0] ?? code}).`;
  return undefined;
}
