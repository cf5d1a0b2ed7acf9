import { addReason, asTexts, type Findings } from './findings.ts';

/** What every container has by default (moby's oci/caps/defaults.go). */
const defaultCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'NET_RAW',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

/** Added capabilities beyond the default set, in any case and with or without CAP_, as the engine reads them. */
export function inspectCapabilities(findings: Findings, field: string, added: unknown): void {
  for (const capability of asTexts(added)) {
    if (defaultCapabilities.has(capability.trim().toUpperCase().replace(/^CAP_/, ''))) continue;
    addReason(
      findings,
      field,
      `The capability ${JSON.stringify(capability)} is beyond the default set.`,
      'capability',
      capability,
    );
  }
}
