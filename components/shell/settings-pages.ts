import type { ConsoleOperation } from '#lib/shared/operations.ts';

export interface SettingsPage {
  href: string;
  label: string;
  /** Absent: everybody has it, for what is his own. Of several any one suffices. */
  needs?: ConsoleOperation | readonly ConsoleOperation[];
}

export interface SettingsGroup {
  label: string;
  pages: readonly SettingsPage[];
}

/** The pages under /settings, in the order of the navigation. A new page is one line here. */
export const settingsGroups: readonly SettingsGroup[] = [
  {
    label: 'You',
    pages: [
      { href: '/settings/account', label: 'Account' },
      { href: '/settings/cli', label: 'Connect your CLI' },
    ],
  },
  {
    label: 'Access',
    pages: [
      { href: '/settings/users', label: 'Users', needs: 'console.users' },
      { href: '/settings/teams', label: 'Teams', needs: 'console.users' },
      { href: '/settings/roles', label: 'Roles', needs: 'console.grants' },
      { href: '/settings/grants', label: 'Grants', needs: 'console.grants' },
      { href: '/settings/service-accounts', label: 'Service accounts', needs: 'console.users' },
      { href: '/settings/policies', label: 'Policies', needs: 'console.settings' },
      { href: '/settings/access-check', label: 'Access check', needs: ['console.grants', 'console.audit'] },
    ],
  },
  {
    label: 'Sign-in',
    pages: [
      { href: '/settings/sign-in', label: 'Providers & factors', needs: 'console.settings' },
      { href: '/settings/sessions', label: 'Sessions & passwords', needs: 'console.settings' },
    ],
  },
  {
    label: 'Trail',
    pages: [
      { href: '/settings/audit', label: 'Audit', needs: 'console.audit' },
      { href: '/settings/recordings', label: 'Recordings', needs: 'console.recordings' },
      { href: '/settings/trail', label: 'Retention & sinks', needs: 'console.settings' },
    ],
  },
  {
    label: 'Connections',
    pages: [
      { href: '/settings/engines', label: 'Engines', needs: 'console.engines' },
      { href: '/settings/registries', label: 'Registries', needs: 'console.registries' },
    ],
  },
];

/** What this person may open; groups without any such page are left out. */
export function settingsGroupsFor(mayConsole: (operation: ConsoleOperation) => boolean): SettingsGroup[] {
  return settingsGroups
    .map(({ label, pages }) => ({ label, pages: pages.filter(({ needs }) => maySee(needs, mayConsole)) }))
    .filter(({ pages }) => pages.length > 0);
}

function maySee(needs: SettingsPage['needs'], mayConsole: (operation: ConsoleOperation) => boolean): boolean {
  if (needs === undefined) return true;
  return typeof needs === 'string' ? mayConsole(needs) : needs.some(mayConsole);
}
