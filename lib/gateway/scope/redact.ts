import type { AuditTarget } from '#lib/audit/types.ts';

/**
 * An engine's refusal without the ids of what is in the way ("volume is in use - [id]", "already in use by container
 * id", "active endpoints (name:"db" id:"0a1b")"): it may be another team's. The ids of the request's own objects stay.
 */
export function redactIds(text: string, targets: readonly AuditTarget[]): string {
  const isOwn = (id: string) => targets.some((target) => target.id.replace(/^sha256:/, '').startsWith(id));
  return text
    .replace(/\b[0-9a-f]{12,64}\b/g, (id) => (isOwn(id) ? id : '…'))
    .replace(/\bname:\\?"[^"\\]*\\?" id:\\?"[^"\\]*\\?"/g, 'another container');
}
