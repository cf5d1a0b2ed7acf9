'use client';
import { KeyRound, Smartphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { AddFactor } from '#components/second-factor/add-factor.tsx';
import { passkeysWork } from '#components/second-factor/passkey.ts';
import { Button } from '#components/ui/button.tsx';
import type { FactorKind } from '#lib/shared/sign-in.ts';

/** For who must have a second factor and has none: nothing else works before. */
export function Enrol({ next, hasPassword }: { next: string; hasPassword: boolean }) {
  const [kind, setKind] = useState<FactorKind>();
  const [passkeys, setPasskeys] = useState(false);
  useEffect(() => setPasskeys(passkeysWork()), []);
  const account = { factors: [], recoveryCodesLeft: 0, required: true, hasPassword };
  if (kind) return <AddFactor kind={kind} account={account} onDone={() => window.location.assign(next)} />;
  return (
    <div className="space-y-3">
      <p className="text-ink-soft">
        Your account needs something beside the password, so that a stolen password alone opens nothing.
      </p>
      {passkeys && (
        <Button tone="primary" className="w-full" onClick={() => setKind('passkey')}>
          <KeyRound aria-hidden="true" /> Make a passkey
        </Button>
      )}
      <Button tone={passkeys ? 'plain' : 'primary'} className="w-full" onClick={() => setKind('totp')}>
        <Smartphone aria-hidden="true" /> Use an authenticator app
      </Button>
      <p className="text-xs">
        <a className="text-accent hover:underline" href="/sign-in?restart=1">
          Sign in as somebody else
        </a>
      </p>
    </div>
  );
}
