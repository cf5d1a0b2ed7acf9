'use client';
import { type FormEvent, useEffect, useState } from 'react';
import { z } from 'zod';
import { apiFetch } from '#components/live/api.ts';
import { shownError } from '#components/live/errors.ts';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { signIn } from './sign-in.ts';

const linkSchema = z.object({
  kind: z.enum(['invite', 'reset']),
  email: z.string(),
  name: z.string(),
  minLength: z.number(),
});
type Link = z.infer<typeof linkSchema>;

/** Uses a one-time link: its secret stands after the #, which no browser sends to a server by itself. */
export function UseLink({ kind }: { kind: Link['kind'] }) {
  const [secret, setSecret] = useState('');
  const [link, setLink] = useState<Link>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const given = window.location.hash.slice(1);
    // Out of the address bar, so that it stays in no history and on no screen that is shared.
    window.history.replaceState(null, '', window.location.pathname);
    if (!given) return setProblem('The link is not whole. Open it as it was sent, or ask for a new one.');
    setSecret(given);
    apiFetch('POST', '/api/links', { secret: given }).then(
      (answer) => {
        const found = linkSchema.parse(answer);
        if (found.kind === kind) setLink(found);
        else setProblem('This link is for something else. Ask for a new one.');
      },
      (cause: unknown) => setProblem(shownError(cause).message),
    );
  }, [kind]);

  if (problem) {
    return (
      <div className="space-y-4">
        <p role="alert" className="text-ink-soft">
          {problem}
        </p>
        <a href="/sign-in" className="text-accent-text underline-offset-2 hover:underline">
          To the sign-in
        </a>
      </div>
    );
  }
  if (!link) return <p className="text-ink-faint">Looking at the link…</p>;
  return <LinkForm link={link} secret={secret} />;
}

function LinkForm({ link, secret }: { link: Link; secret: string }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const isInvite = link.kind === 'invite';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get('password') ?? '');
    if (password !== String(form.get('again') ?? '')) return setError('The two passwords are not the same.');
    setBusy(true);
    setError(undefined);
    try {
      const name = isInvite ? { name: String(form.get('name') ?? '') } : {};
      await apiFetch('POST', '/api/links/accept', { secret, password, ...name });
    } catch (cause) {
      setError(shownError(cause).message);
      return setBusy(false);
    }
    const signedIn = await signIn(link.email, password).catch(() => undefined);
    window.location.assign(signedIn?.ok ? '/' : '/sign-in');
  }

  return (
    <form method="post" className="space-y-3" onSubmit={(event) => void submit(event)}>
      <Field label="E-mail">
        {(id) => <Input id={id} name="email" type="email" autoComplete="username" value={link.email} readOnly />}
      </Field>
      {isInvite && (
        <Field label="Your name">
          {(id) => <Input id={id} name="name" autoComplete="name" defaultValue={link.name} maxLength={100} required />}
        </Field>
      )}
      <NewPassword minLength={link.minLength} focus={!isInvite} />
      {error && (
        <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" className="w-full" busy={busy}>
        {isInvite ? 'Join' : 'Set the password'}
      </Button>
      {!isInvite && <p className="text-ink-faint text-xs">This signs you out everywhere else.</p>}
    </form>
  );
}

function NewPassword({ minLength, focus }: { minLength: number; focus: boolean }) {
  return (
    <>
      <Field label="Password" hint={`At least ${minLength} characters; longer is better.`}>
        {(id, note) => (
          <Input
            id={id}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={minLength}
            required
            autoFocus={focus}
            aria-describedby={note}
          />
        )}
      </Field>
      <Field label="Password again">
        {(id) => <Input id={id} name="again" type="password" autoComplete="new-password" required />}
      </Field>
    </>
  );
}
