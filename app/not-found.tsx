import Link from 'next/link';
import { buttonClass } from '#components/ui/button.tsx';
import { EmptyState } from '#components/ui/empty-state.tsx';

export default function NotFound() {
  return (
    <main className="grid min-h-[70dvh] place-items-center">
      <EmptyState
        title="There is no such page"
        action={
          <Link href="/" className={buttonClass()}>
            To the fleet
          </Link>
        }
      >
        The address may be mistyped, or what it showed may be gone.
      </EmptyState>
    </main>
  );
}
