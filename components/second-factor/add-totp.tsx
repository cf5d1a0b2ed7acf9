'use client';
import { type FormEvent, useState } from 'react';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { finishFactor, type TotpBegun } from './second-factor-api.ts';

/** Shows the secret to an authenticator app and asks for its first code. */
export function AddTotp({ begun, onAdded }: { begun: TotpBegun; onAdded: (codes?: string[]) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    event.stopPropagation();
    const form = new FormData(event.currentTarget);
    const [code = '', name = ''] = ['code', 'name'].map((field) => String(form.get(field) ?? ''));
    setBusy(true);
    setError(undefined);
    try {
      onAdded((await finishFactor({ kind: 'totp', name, code, ticket: begun.ticket })).recoveryCodes);
    } catch (cause) {
      setError(shownError(cause).message);
      setBusy(false);
    }
  }

  return (
    <form className="space-y-3" onSubmit={(event) => void submit(event)}>
      <p className="text-ink-soft">Scan this with an authenticator app, then type the code that it shows.</p>
      <div className="flex flex-wrap items-center gap-4">
        {/* Black on white also in the dark: cameras read nothing else well. */}
        {/* biome-ignore lint/performance/noImgElement: it comes inside the page, there is nothing to load or resize */}
        <img src={begun.qr} alt="QR code for the authenticator app" className="size-40 rounded-md border bg-white" />
        <div className="min-w-0 flex-1 basis-40">
          <p className="text-ink-faint text-xs">No camera? Type this key into the app:</p>
          <p className="mt-1 flex items-start gap-1">
            <code className="break-all font-mono text-xs">{begun.secret.replace(/(.{4})(?=.)/g, '$1 ')}</code>
            <CopyButton text={begun.secret} label="Copy the key" />
          </p>
        </div>
      </div>
      <Field label="Code of the app">
        {(id) => (
          <Input
            id={id}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9 ]{6,7}"
            maxLength={7}
            placeholder="123456"
            required
            autoFocus
          />
        )}
      </Field>
      <Field label="Name" hint="To tell it from others, such as the phone's.">
        {(id, note) => (
          <Input id={id} name="name" defaultValue="Authenticator app" maxLength={60} required aria-describedby={note} />
        )}
      </Field>
      {error && (
        <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" busy={busy}>
        Add the app
      </Button>
    </form>
  );
}
