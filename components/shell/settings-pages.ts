import type { ConsoleOperation } from '#lib/shared/operations.ts';

/** Pages under /settings, for the palette and for the settings' own navigation. */
export const settingsPages: readonly { href: string; label: string; needs?: ConsoleOperation }[] = [
  { href: '/settings/account', label: 'Account' },
  { href: '/settings/cli', label: 'Connect your CLI' },
  { href: '/settings/engines', label: 'Engines', needs: 'console.engines' },
  { href: '/settings/users', label: 'Users', needs: 'console.users' },
  { href: '/settings/registries', label: 'Registries', needs: 'console.registries' },
  { href: '/settings/audit', label: 'Audit', needs: 'console.audit' },
];
