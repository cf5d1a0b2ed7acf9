'use client';
import { type FormEvent, useId, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { askPasskey, passkeysWork } from './passkey.ts';
import { type Factors, factorsPath, type Proof } from './second-factor-api.ts';

interface ProofFormProps {
  account: Factors;
  /** What happens with it. */
  label: string;
  danger?: boolean;
  /** What it throws stands over the button. */
  onProof: (proof: Proof) => Promise<void>;
}

/** Asks once more who it is, by what this person has: password, code or passkey. */
export function ProofForm({ account, label, danger, onProof }: ProofFormProps) {
  const has = (kind: string) => account.factors.some((factor) => factor.kind === kind);
  const [byCode, setByCode] = useState(!account.hasPassword);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const canCode = account.factors.length > 0;
  const canType = account.hasPassword || canCode;
  const formId = useId();

  async function run(prove: () => Promise<Proof>) {
    setBusy(true);
    setError(undefined);
    try {
      await onProof(await prove());
    } catch (cause) {
      setError(shownError(cause).message);
      setBusy(false);
    }
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // A dialog inside a form of the page: only this one is meant.
    event.stopPropagation();
    const given = String(new FormData(event.currentTarget).get('proof') ?? '');
    void run(async () => (byCode ? { code: given } : { password: given }));
  }

  return (
    <form id={formId} className="space-y-3" onSubmit={submit}>
      {canType ? (
        <Field
          key={byCode ? 'code' : 'password'}
          label={byCode ? 'Code of your app, or a recovery code' : 'Your password'}
          hint="To be sure that it is you."
        >
          {(id, note) => (
            <Input
              id={id}
              name="proof"
              type={byCode ? 'text' : 'password'}
              autoComplete={byCode ? 'one-time-code' : 'current-password'}
              required
              autoFocus
              aria-describedby={note}
            />
          )}
        </Field>
      ) : (
        <p className="text-ink-soft">
          To be sure that it is you: sign out, sign in again, and come back within ten minutes.
        </p>
      )}
      {error && (
        <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {canType && (
          <Button type="submit" tone={danger ? 'danger' : 'primary'} busy={busy}>
            {label}
          </Button>
        )}
        {has('passkey') && passkeysWork() && (
          <Button
            disabled={busy}
            onClick={() => void run(async () => ({ passkey: await askPasskey(`${factorsPath}/passkey`) }))}
          >
            Use a passkey
          </Button>
        )}
        {account.hasPassword && canCode && (
          <Button tone="quiet" disabled={busy} onClick={() => setByCode(!byCode)}>
            {byCode ? 'Use the password' : 'Use a code'}
          </Button>
        )}
      </div>
    </form>
  );
}
