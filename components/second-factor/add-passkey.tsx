'use client';
import { type FormEvent, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { makePasskey } from './passkey.ts';
import { finishFactor } from './second-factor-api.ts';

/** Names a passkey and lets the browser make it. `options` come from the console. */
export function AddPasskey({ options, onAdded }: { options: unknown; onAdded: (codes?: string[]) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    event.stopPropagation();
    const name = String(new FormData(event.currentTarget).get('name') ?? '');
    setBusy(true);
    setError(undefined);
    try {
      const response = await makePasskey(options);
      onAdded((await finishFactor({ kind: 'passkey', name, response })).recoveryCodes);
    } catch (cause) {
      setError(shownError(cause).message);
      setBusy(false);
    }
  }

  return (
    <form className="space-y-3" onSubmit={(event) => void submit(event)}>
      <p className="text-ink-soft">
        A passkey lives in this device, in your password manager, or on a security key. It works for this address of the
        console alone, so no copied page can ask for it.
      </p>
      <Field label="Name" hint="Such as the device that holds it.">
        {(id, note) => (
          <Input id={id} name="name" placeholder="Laptop" maxLength={60} required autoFocus aria-describedby={note} />
        )}
      </Field>
      {error && (
        <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" busy={busy}>
        Make the passkey
      </Button>
    </form>
  );
}
