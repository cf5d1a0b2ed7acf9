/**
 * Where to go after the sign-in: only a path of ours. `//evil.example`, `/\evil.example` and control characters, which
 * browsers drop or turn around, would lead a person who has just typed a password to another site.
 */
export function safeNext(value: unknown): string {
  if (typeof value !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(value) || value.includes('\\')) return '/';
  return value.startsWith('/sign-in') || value.startsWith('/api/') ? '/' : value;
}
