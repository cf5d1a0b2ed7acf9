import { appError } from '#lib/shared/errors.ts';
import { isForbiddenHost } from '#lib/shared/forbidden-host.ts';
import type { Fact, FactKind, MadeFacts } from '#lib/shared/policy.ts';
import type { TargetRef } from '../classified.ts';
import type { HostAccessReason, Reference } from '../inspected.ts';

/** What the rules have found so far. */
export interface Findings {
  hostAccess: HostAccessReason[];
  facts: Fact[];
  made?: MadeFacts;
  references: Reference[];
  callsOut: string[];
  targets: TargetRef[];
}

/** A JSON object once its keys are checked and duplicates refused. */
export type Plain = Readonly<Record<string, unknown>>;

export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function asPlain(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A list of strings; one string counts as a list of it, as Go's strslice takes it (`"CapAdd": "ALL"`). */
export function asTexts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return asList(value).filter((item) => typeof item === 'string');
}

/** Whether something is asked for: not absent, null, '', false, 0, or empty. */
export function isAsked(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false || value === 0) return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** Notes what counts as host access; `kind` and `value` are how the create policies see the same thing. */
export function addReason(findings: Findings, field: string, sentence: string, kind: FactKind, value = ''): void {
  findings.hostAccess.push({ field, sentence, kind, value });
}

/** Notes what is no host access, and what a policy may still refuse. */
export function addFact(findings: Findings, field: string, kind: FactKind, value: string): void {
  findings.facts.push({ field, kind, value });
}

/** No findings yet. */
export function newFindings(targets: TargetRef[] = []): Findings {
  return { hostAccess: [], facts: [], references: [], callsOut: [], targets };
}

/**
 * Notes a host that the engine would call. Throws forbidden for link-local and metadata addresses, whoever asks: they
 * hand out the credentials of the engine's machine (server-side request forgery).
 */
export function addCallOut(findings: Findings, field: string, host: string): void {
  const name = hostOf(host);
  if (name === '') return;
  if (isForbiddenHost(name)) {
    throw appError('forbidden', `${field} names ${name}, a link-local or metadata address, which nobody may call.`);
  }
  findings.callsOut.push(name);
}

/** The host in `https://user@host:80/path`, `host:80`, `[::1]:80`, `tcp://host`. */
export function hostOf(address: string): string {
  const rest = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split(/[/?#]/)[0] ?? '';
  const host = rest.slice(rest.lastIndexOf('@') + 1);
  const bracketed = /^\[[^\]]*\]/.exec(host)?.[0];
  if (bracketed) return bracketed;
  // Several colons without brackets: an IPv6 address without a port.
  return host.split(':').length > 2 ? host : (host.split(':')[0] ?? '');
}

/** The registry of an image reference; '' for Docker Hub's short names. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : '';
}
