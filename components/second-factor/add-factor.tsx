'use client';
import { useEffect, useState } from 'react';
import { ConsoleError, shownError } from '#components/live/errors.ts';
import type { FactorKind } from '#lib/shared/sign-in.ts';
import { AddPasskey } from './add-passkey.tsx';
import { AddTotp } from './add-totp.tsx';
import { ProofForm } from './proof-form.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { beginPasskey, beginTotp, type Factors, type Proof, type TotpBegun } from './second-factor-api.ts';

type State =
  | { step: 'begin' }
  | { step: 'prove' }
  | { step: 'totp'; begun: TotpBegun }
  | { step: 'passkey'; options: unknown }
  | { step: 'codes'; codes: string[] }
  | { step: 'failed'; message: string };

interface AddFactorProps {
  kind: FactorKind;
  account: Factors;
  /** It is there, and its recovery codes have been seen. */
  onDone: () => void;
}

/** Adds an app or a passkey: who it is (if the sign-in is not recent), the thing itself, and the recovery codes. */
export function AddFactor({ kind, account, onDone }: AddFactorProps) {
  const [state, setState] = useState<State>({ step: 'begin' });

  async function begin(proof?: Proof) {
    if (kind === 'totp') return setState({ step: 'totp', begun: await beginTotp(proof) });
    setState({ step: 'passkey', options: await beginPasskey(proof) });
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: begun once, when it is opened; each time asks the console for a new secret
  useEffect(() => {
    let gone = false;
    begin().catch((cause: unknown) => {
      if (gone) return;
      // The sign-in was too long ago.
      if (cause instanceof ConsoleError && cause.code === 'forbidden') return setState({ step: 'prove' });
      setState({ step: 'failed', message: shownError(cause).message });
    });
    return () => {
      gone = true;
    };
  }, []);
  const added = (codes?: string[]) => (codes ? setState({ step: 'codes', codes }) : onDone());

  if (state.step === 'begin') return <p className="text-ink-faint">One moment …</p>;
  if (state.step === 'prove') return <ProofForm account={account} label="Go on" onProof={begin} />;
  if (state.step === 'totp') return <AddTotp begun={state.begun} onAdded={added} />;
  if (state.step === 'passkey') return <AddPasskey options={state.options} onAdded={added} />;
  if (state.step === 'codes') return <RecoveryCodes codes={state.codes} onDone={onDone} />;
  return (
    <p role="alert" className="rounded-md bg-bad-bg px-3 py-2 text-bad">
      {state.message}
    </p>
  );
}
