'use client';
import { KeyRound } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { askPasskey, passkeysWork } from '#components/second-factor/passkey.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import type { SecondStep } from '#lib/shared/sign-in.ts';
import { giveSecondFactor, type SignInResult } from './sign-in.ts';

/** The second step, for whoever took the first one a moment ago. */
export function SecondStepForm({ next, email, step }: { next: string; email: string; step: SecondStep }) {
  const [busy, setBusy] = useState<'code' | 'passkey'>();
  const [error, setError] = useState<string>();
  const [recovery, setRecovery] = useState(!step.totp);
  const [passkeys, setPasskeys] = useState(false);
  useEffect(() => setPasskeys(step.passkey && passkeysWork()), [step.passkey]);

  async function run(which: 'code' | 'passkey', work: () => Promise<SignInResult>) {
    setBusy(which);
    setError(undefined);
    try {
      const result = await work();
      if (result.ok) return window.location.assign(next);
      if (result.next === 'again') return window.location.assign('/sign-in');
      setError(result.message);
    } catch (cause) {
      setError(shownError(cause).message);
    }
    setBusy(undefined);
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const input = event.currentTarget.elements.namedItem('code');
    const code = input instanceof HTMLInputElement ? input.value : '';
    void run('code', () => giveSecondFactor({ code })).then(() => {
      // The wrong code is in the way of the next one.
      if (input instanceof HTMLInputElement) input.select();
    });
  }

  return (
    <div className="space-y-3">
      <p className="break-words text-ink-soft">Signing in as {email}.</p>
      {passkeys && (
        <Button
          tone="primary"
          className="w-full"
          busy={busy === 'passkey'}
          disabled={!!busy}
          onClick={() =>
            void run('passkey', async () =>
              giveSecondFactor({ passkey: await askPasskey('/api/sign-in/passkey?step=2') }),
            )
          }
        >
          <KeyRound aria-hidden="true" /> Use a passkey
        </Button>
      )}
      <form method="post" className="space-y-3" onSubmit={submit}>
        <Field
          key={recovery ? 'recovery' : 'code'}
          label={recovery ? 'Recovery code' : 'Code of your authenticator app'}
          hint={recovery ? 'One of those that you kept; each works once.' : undefined}
        >
          {(id, note) => (
            <Input
              id={id}
              name="code"
              inputMode={recovery ? 'text' : 'numeric'}
              autoComplete={recovery ? 'off' : 'one-time-code'}
              maxLength={40}
              placeholder={recovery ? 'abcd-efgh-jkmn' : '123456'}
              required
              autoFocus
              className="font-mono"
              aria-describedby={note}
            />
          )}
        </Field>
        {error && (
          <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
            {error}
          </p>
        )}
        <Button
          type="submit"
          tone={passkeys ? 'plain' : 'primary'}
          className="w-full"
          busy={busy === 'code'}
          disabled={!!busy}
        >
          Sign in
        </Button>
      </form>
      <p className="flex flex-wrap justify-between gap-2 text-xs">
        {step.totp && (
          <button type="button" className="text-accent hover:underline" onClick={() => setRecovery(!recovery)}>
            {recovery ? 'Use the app' : 'Use a recovery code'}
          </button>
        )}
        <a className="text-accent hover:underline" href="/sign-in">
          Start over
        </a>
      </p>
    </div>
  );
}
