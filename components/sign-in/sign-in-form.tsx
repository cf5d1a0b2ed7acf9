'use client';
import { type FormEvent, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { signIn } from './sign-in.ts';

export function SignInForm({ next }: { next: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    try {
      const result = await signIn(String(form.get('email') ?? ''), String(form.get('password') ?? ''));
      // A whole load: the server renders the frame for this person.
      if (result.ok) return window.location.assign(next);
      setError(result.message);
    } catch (cause) {
      setError(shownError(cause).message);
    }
    setBusy(false);
  }

  return (
    // Works as a form for password managers; without JavaScript the console does not work at all.
    <form method="post" className="space-y-3" onSubmit={(event) => void submit(event)}>
      <Field label="E-mail">
        {(id) => <Input id={id} name="email" type="email" autoComplete="username" required autoFocus />}
      </Field>
      <Field label="Password">
        {(id) => <Input id={id} name="password" type="password" autoComplete="current-password" required />}
      </Field>
      {error && (
        <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" className="w-full" busy={busy}>
        Sign in
      </Button>
    </form>
  );
}
