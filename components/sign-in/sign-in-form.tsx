'use client';
import { KeyRound } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { askPasskey, passkeysWork } from '#components/second-factor/passkey.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { providerAddress, type SignInResult, signIn, signInByPasskey } from './sign-in.ts';

interface SignInFormProps {
  next: string;
  providers: readonly { id: string; name: string }[];
  /** The console's public address when this page was opened at another one: providers know that one alone. '': here. */
  providersAt: string;
  /** Why an earlier attempt ended here. */
  problem?: string;
}

/** The first step: e-mail and password, a passkey, or an identity provider. */
export function SignInForm({ next, providers, providersAt, problem }: SignInFormProps) {
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState(problem);
  // Known in the browser alone; the server renders the page without it.
  const [passkeys, setPasskeys] = useState(false);
  useEffect(() => setPasskeys(passkeysWork()), []);

  async function run(which: string, work: () => Promise<SignInResult | string>) {
    setBusy(which);
    setError(undefined);
    try {
      const result = await work();
      if (typeof result === 'string') return window.location.assign(result);
      // A whole load: the server renders the frame for this person.
      if (result.ok) return window.location.assign(next);
      if (result.next === 'second-factor') return window.location.assign(stepAddress(next));
      setError(result.message);
    } catch (cause) {
      setError(shownError(cause).message);
    }
    setBusy(undefined);
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void run('password', () => signIn(String(form.get('email') ?? ''), String(form.get('password') ?? '')));
  }

  return (
    <div className="space-y-3">
      {/* Works as a form for password managers; without JavaScript the console does not work at all. */}
      <form method="post" className="space-y-3" onSubmit={submit}>
        <Field label="E-mail">
          {(id) => <Input id={id} name="email" type="email" autoComplete="username webauthn" required autoFocus />}
        </Field>
        <Field label="Password">
          {(id) => <Input id={id} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        {error && (
          <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
            {error}
          </p>
        )}
        <Button type="submit" tone="primary" className="w-full" busy={busy === 'password'} disabled={!!busy}>
          Sign in
        </Button>
      </form>
      {(passkeys || providers.length > 0) && (
        <div className="space-y-2 border-t pt-3">
          {providers.map(({ id, name }) => (
            <Button
              key={id}
              className="w-full"
              busy={busy === id}
              disabled={!!busy}
              onClick={() =>
                void run(id, async () =>
                  providersAt ? `${providersAt}/sign-in?next=${encodeURIComponent(next)}` : providerAddress(id, next),
                )
              }
            >
              Continue with {name}
            </Button>
          ))}
          {passkeys && (
            <Button
              className="w-full"
              busy={busy === 'passkey'}
              disabled={!!busy}
              onClick={() => void run('passkey', async () => signInByPasskey(await askPasskey('/api/sign-in/passkey')))}
            >
              <KeyRound aria-hidden="true" /> Use a passkey
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

function stepAddress(next: string): string {
  return `/sign-in?step=2${next === '/' ? '' : `&next=${encodeURIComponent(next)}`}`;
}
