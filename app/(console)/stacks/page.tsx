import type { Metadata } from 'next';
import { StacksPage } from '#components/stacks/stacks.tsx';

export const metadata: Metadata = { title: 'Stacks' };

export default function Page() {
  return <StacksPage />;
}
