/**
 * Whether a host path is the allowed one or below it, as written: `.` and doubled slashes are put right, `..` and
 * relative paths are never within. A symbolic link on the host can't be seen from here: whoever may write below an
 * allowed path may make one that leads out of it. Windows paths (a drive, or `\\`) compare without case.
 */
export function isWithinPath(prefix: string, path: string): boolean {
  const allowed = partsOf(prefix);
  const asked = partsOf(path);
  if (!allowed || !asked || allowed.length > asked.length) return false;
  return allowed.every((part, at) => part === asked[at]);
}

/** Undefined: not an absolute path that can be judged. */
function partsOf(path: string): string[] | undefined {
  // An engine reads a NUL as the end of the path, or refuses it; nobody needs one.
  if (path.includes('\0')) return undefined;
  const windows = /^([a-zA-Z]:[\\/]|\\\\)/.test(path);
  if (!windows && !path.startsWith('/')) return undefined;
  const text = windows ? path.toLowerCase() : path;
  const parts = text.split(windows ? /[\\/]/ : '/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return undefined;
  return [windows ? 'windows' : 'posix', ...parts];
}
