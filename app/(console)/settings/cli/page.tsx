import type { Metadata } from 'next';
import { CliPage } from '#components/settings/cli/cli-page.tsx';
import { publicOrigin, requirePrincipal } from '#lib/docker/page-session.ts';

export const metadata: Metadata = { title: 'Connect your CLI' };

export default async function Page() {
  await requirePrincipal();
  return <CliPage origin={await publicOrigin()} />;
}
