'use client';
import { type FormEvent, useState } from 'react';
import { apiFetch } from '#components/live/api.ts';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { signIn } from './sign-in.ts';

/** Makes the first administrator with the one-time secret, and signs in. */
export function SetupForm({ secret }: { secret: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [name, email, password] = ['name', 'email', 'password'].map((field) => String(form.get(field) ?? ''));
    setBusy(true);
    setError(undefined);
    try {
      await apiFetch('POST', '/api/setup', { secret, name, email, password });
      const result = await signIn(email ?? '', password ?? '');
      return window.location.assign(result.ok ? '/' : '/sign-in');
    } catch (cause) {
      setError(shownError(cause).message);
    }
    setBusy(false);
  }

  return (
    <form method="post" className="space-y-3" onSubmit={(event) => void submit(event)}>
      <Field label="Name">{(id) => <Input id={id} name="name" autoComplete="name" required autoFocus />}</Field>
      <Field label="E-mail">
        {(id) => <Input id={id} name="email" type="email" autoComplete="username" required />}
      </Field>
      <Field label="Password" hint="At least eight characters; longer is better.">
        {(id, note) => (
          <Input
            id={id}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={8}
            required
            aria-describedby={note}
          />
        )}
      </Field>
      {error && (
        <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" className="w-full" busy={busy}>
        Make the administrator
      </Button>
    </form>
  );
}
