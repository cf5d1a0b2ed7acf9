'use client';
import './globals.css';
import { Button } from '#components/ui/button.tsx';
import { ErrorState } from '#components/ui/error-state.tsx';

export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <ErrorState
          title="The console could not show this page"
          error={{ message: error.digest ? `${error.message} (${error.digest})` : error.message }}
          action={<Button onClick={() => window.location.reload()}>Load it again</Button>}
        />
      </body>
    </html>
  );
}
