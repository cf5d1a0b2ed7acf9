import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { parseTheme, themeCookie } from '#components/shell/theme.ts';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Pilothouse', template: '%s · Pilothouse' },
  description: 'The place from which a team steers all its Docker engines.',
  icons: { icon: '/mark.svg' },
  robots: { index: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#faf9f6' },
    { media: '(prefers-color-scheme: dark)', color: '#0c1117' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The choice stands in a cookie, so that the first byte already has the right colours: no script, no flash.
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  const className = [GeistSans.variable, GeistMono.variable, theme === 'system' ? '' : theme].join(' ').trim();
  return (
    <html lang="en" className={className} suppressHydrationWarning>
      <body>{children}</body>
    </html>
  );
}
