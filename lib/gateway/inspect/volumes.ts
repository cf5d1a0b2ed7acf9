import type { FactKind } from '#lib/shared/policy.ts';
import {
  addCallOut,
  addFact,
  addReason,
  asList,
  asPlain,
  asText,
  asTexts,
  type Findings,
  isAsked,
  type Plain,
} from './findings.ts';

/** What the engine takes as the name of a volume of the local driver; Binds take everything else for a path or refuse. */
const volumeName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
/** Mount options that a tmpfs volume may have; `bind` and `remount` would make the type meaningless. */
const tmpfsOption = /^(size|mode|uid|gid|nr_inodes|nr_blocks)=[0-9a-zA-Z%]+$|^(noexec|nosuid|nodev|ro|rw|noatime)$/;

/** `HostConfig.Binds`: `host path or volume:target[:mode]`, or a target alone. */
export function inspectBinds(findings: Findings, field: string, binds: unknown): void {
  for (const bind of asTexts(binds)) {
    const windows = windowsSource(bind);
    if (windows !== undefined) {
      inspectSource(findings, field, windows);
      continue;
    }
    const [source = '', target] = bind.split(':');
    if (target === undefined) continue;
    inspectSource(findings, field, source);
  }
}

/**
 * The source of a bind for an engine on Windows, where a drive's colon or a pipe's backslashes are its own. `a:/data` is
 * the volume `a` anywhere; `a:/data:/there` is a path on Windows, and nothing that other engines take.
 */
function windowsSource(bind: string): string | undefined {
  return (
    /^([a-zA-Z]:\\[^:]*|\\\\[^:]*)(?::|$)/.exec(bind)?.[1] ?? /^([a-zA-Z]:\/[^:]*):(?:\/|[a-zA-Z]:)/.exec(bind)?.[1]
  );
}

/** `Mounts` of a container or a service: the same things in other words (CVE-2026-44850). */
export function inspectMounts(findings: Findings, field: string, mounts: unknown): void {
  for (const [at, item] of asList(mounts).entries()) {
    const mount = asPlain(item);
    const where = `${field}[${at}]`;
    const source = asText(mount.Source);
    switch (mount.Type) {
      case 'volume': {
        const config = asPlain(asPlain(mount.VolumeOptions).DriverConfig);
        inspectVolumeDriver(findings, `${where}.VolumeOptions.DriverConfig`, config.Name, config.Options);
        if (source !== '') inspectSource(findings, `${where}.Source`, source);
        break;
      }
      case 'tmpfs':
        break;
      case 'image':
        findings.references.push({ kind: 'image', name: source, use: 'mount', field: `${where}.Source` });
        addFact(findings, `${where}.Source`, 'image', source);
        break;
      case 'bind':
        addReason(
          findings,
          where,
          `The mount gives the container the host path ${JSON.stringify(source)}.`,
          'host-path',
          source,
        );
        break;
      default:
        addReason(
          findings,
          `${where}.Type`,
          `Mounts of the type ${JSON.stringify(mount.Type)} reach outside.`,
          'host-path',
          source,
        );
    }
    // The engine ignores BindOptions beside another type or refuses them; nobody needs them there.
    if (mount.Type !== 'bind' && isAsked(mount.BindOptions)) {
      addReason(findings, `${where}.BindOptions`, 'Bind options belong to mounts of host paths.', 'unknown');
    }
  }
}

function inspectSource(findings: Findings, field: string, source: string): void {
  if (volumeName.test(source)) findings.references.push({ kind: 'volume', name: source, use: 'mount', field });
  else
    addReason(findings, field, `It gives the container the host path ${JSON.stringify(source)}.`, 'host-path', source);
}

/** A volume driver by name, with its options. Every driver but `local` is a plugin, which runs as root of the host. */
export function inspectVolumeDriver(findings: Findings, field: string, driver: unknown, options: unknown): void {
  const name = asText(driver);
  if (name !== '' && name !== 'local') {
    addReason(
      findings,
      field,
      `The volume driver ${JSON.stringify(name)} is a plugin, which has host access.`,
      'volume-driver',
      name,
    );
  }
  const given = asPlain(options);
  const address = /(?:^|,)addr=([^,]*)/.exec(asText(given.o))?.[1];
  if (address !== undefined) addCallOut(findings, `${field}.Options.o`, address);
  if (/^(\/\/|[a-z]+:\/\/)/i.test(asText(given.device))) {
    addCallOut(findings, `${field}.Options.device`, asText(given.device).replace(/^\/\//, ''));
  }
  const unsafe = isTmpfs(given) ? [] : Object.keys(given).filter((key) => key !== 'size');
  if (unsafe.length > 0) {
    addReason(
      findings,
      field,
      `The volume options ${unsafe.map((key) => JSON.stringify(key)).join(', ')} can mount host paths and devices.`,
      ...volumeFact(name, given),
    );
  }
}

/** What a bind mount may be told besides; anything else, and what it mounts can't be said. */
const bindOption = /^(r?bind|ro|rw|no(exec|suid|dev|atime|diratime)|exec|suid|dev|defaults|r?(private|shared|slave))$/;

/**
 * What options that reach outside come to, for the policies: a host path (`o=bind`, whatever the type is), a device, or a
 * file system of the network. What can't be told for sure is a host path without a value, which no prefix covers.
 */
function volumeFact(driver: string, given: Plain): [kind: FactKind, value: string] {
  if (driver !== '' && driver !== 'local') return ['volume-driver', driver];
  const options = asText(given.o).split(',');
  const device = asText(given.device);
  const type = asText(given.type);
  const others = Object.keys(given).some((key) => !['type', 'device', 'o', 'size'].includes(key));
  if (others) return ['host-path', ''];
  if (options.includes('bind') || options.includes('rbind')) {
    return ['host-path', options.every((option) => bindOption.test(option)) ? device : ''];
  }
  if (options.includes('remount')) return ['host-path', ''];
  if (/^(nfs4?|cifs)$/.test(type)) return ['volume-driver', type];
  return device.startsWith('/dev/') && /^(ext[234]|xfs|btrfs)$/.test(type) ? ['device', device] : ['host-path', ''];
}

function isTmpfs(options: Readonly<Record<string, unknown>>): boolean {
  const { type, device, o, size, ...rest } = options;
  if (type !== 'tmpfs' || device !== 'tmpfs' || size !== undefined || Object.keys(rest).length > 0) return false;
  return (
    o === undefined || (typeof o === 'string' && (o === '' || o.split(',').every((part) => tmpfsOption.test(part))))
  );
}
