'use client';
import { ChevronsUpDown, Keyboard, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import { useAccount } from '#components/live/account.tsx';
import { signOut } from '#components/live/sign-out.ts';
import { Menu, MenuCheck, MenuItem, MenuLabel, MenuLine } from '#components/ui/menu.tsx';
import { toast } from '#components/ui/toast.ts';
import { useFrame } from './frame-store.ts';
import { themes } from './theme.ts';
import { useTheme } from './use-theme.ts';

const themeLabels = { system: 'As the system', light: 'Light', dark: 'Dark' } as const;
const themeIcons = { system: Monitor, light: Sun, dark: Moon } as const;

export function AccountMenu() {
  const { name, email } = useAccount();
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className="flex h-9 w-full items-center gap-2.5 rounded-md px-2 text-left hover:bg-hover">
          <span
            aria-hidden="true"
            className="grid size-6 shrink-0 place-items-center rounded-full bg-selected font-semibold text-2xs text-accent-text"
          >
            {(name || email).slice(0, 1).toUpperCase()}
          </span>
          <span className="min-w-0 flex-1 truncate">
            <span className="sr-only">Account of </span>
            {name || email}
          </span>
          <ChevronsUpDown aria-hidden="true" className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      <AccountItems />
    </Menu>
  );
}

export function AccountItems() {
  const { email, version } = useAccount();
  const { theme, setTheme } = useTheme();
  const Icon = themeIcons[theme];
  return (
    <>
      <MenuLabel>{email}</MenuLabel>
      <MenuItem icon={UserRound} href="/settings/account">
        Your account
      </MenuItem>
      <MenuItem icon={Keyboard} hotkey="?" onSelect={() => useFrame.setState({ keysOpen: true })}>
        Keys
      </MenuItem>
      <MenuLine />
      <MenuLabel>
        <span className="flex items-center gap-1.5">
          <Icon aria-hidden="true" className="size-3" /> Colours
        </span>
      </MenuLabel>
      {themes.map((each) => (
        <MenuCheck key={each} checked={theme === each} onCheckedChange={() => setTheme(each)}>
          {themeLabels[each]}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuItem
        icon={LogOut}
        onSelect={() =>
          void signOut().catch(() => toast.error('The console could not be reached; you are still signed in.'))
        }
      >
        Sign out
      </MenuItem>
      <MenuLabel>Pilothouse {version}</MenuLabel>
    </>
  );
}
