'use client';
import { Button } from '#components/ui/button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <ErrorState
      title="This page broke"
      error={{ message: error.digest ? `${error.message} (${error.digest})` : error.message }}
      action={<Button onClick={reset}>Try again</Button>}
    />
  );
}
