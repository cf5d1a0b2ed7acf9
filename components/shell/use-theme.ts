'use client';
import { useSyncExternalStore } from 'react';
import { parseTheme, type Theme, themeCookie } from './theme.ts';

const yearSeconds = 365 * 86_400;

/** Light or dark as shown now; changes with the choice and with the system. For what draws by itself (charts, terminal). */
export function useResolvedTheme(): 'light' | 'dark' {
  return useSyncExternalStore(subscribe, resolve, () => 'light');
}

/** The person's choice and how to change it. */
export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  const theme = useSyncExternalStore(subscribe, readTheme, () => 'system' as const);
  return { theme, setTheme };
}

/** A colour token as the browser has it now, e.g. `readColor('--accent')`. */
export function readColor(token: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(token).trim();
}

function readTheme(): Theme {
  const { classList } = document.documentElement;
  return parseTheme(classList.contains('dark') ? 'dark' : classList.contains('light') ? 'light' : 'system');
}

function resolve(): 'light' | 'dark' {
  const theme = readTheme();
  if (theme !== 'system') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function setTheme(theme: Theme): void {
  const { classList } = document.documentElement;
  classList.remove('light', 'dark');
  if (theme !== 'system') classList.add(theme);
  // biome-ignore lint/suspicious/noDocumentCookie: the server reads it to render the first byte in the right colours
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
}

function subscribe(listener: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] });
  media.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    media.removeEventListener('change', listener);
  };
}
