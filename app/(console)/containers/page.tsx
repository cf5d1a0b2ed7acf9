import type { Metadata } from 'next';
import { ContainersPage } from '#components/containers/containers.tsx';

export const metadata: Metadata = { title: 'Containers' };

export default function Page() {
  return <ContainersPage />;
}
