import type { ReactNode } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { requirePrincipal } from '#lib/docker/page-session.ts';
import { readShell } from '#lib/docker/shell-data.ts';

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const principal = await requirePrincipal();
  return <Shell data={readShell(principal)}>{children}</Shell>;
}
