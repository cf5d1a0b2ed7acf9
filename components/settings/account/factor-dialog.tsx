'use client';
import { AddFactor } from '#components/second-factor/add-factor.tsx';
import { ProofForm } from '#components/second-factor/proof-form.tsx';
import { RecoveryCodes } from '#components/second-factor/recovery-codes.tsx';
import { codesSchema, type Factor, type Factors, factorsPath } from '#components/second-factor/second-factor-api.ts';
import { Banner } from '#components/ui/banner.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { toast } from '#components/ui/toast.ts';
import type { FactorKind } from '#lib/shared/sign-in.ts';
import type { useApiChange } from '../use-api.ts';
import { RenameFactor } from './rename-factor.tsx';

export type FactorAsked =
  | { what: 'add'; kind: FactorKind }
  | { what: 'rename'; factor: Factor }
  | { what: 'remove'; factor: Factor }
  | { what: 'codes'; codes?: string[] };

interface FactorDialogProps {
  asking: FactorAsked;
  account: Factors;
  close: () => void;
  setAsking: (asking: FactorAsked) => void;
  change: ReturnType<typeof useApiChange>;
}

/** What is asked about a second factor: a new one, another name, its end, or new recovery codes. */
export function FactorDialog({ asking, account, close, setAsking, change }: FactorDialogProps) {
  if (asking.what === 'rename') return <RenameFactor factor={asking.factor} onClose={close} />;
  if (asking.what === 'add')
    return (
      <Dialog open onOpenChange={close} title={asking.kind === 'totp' ? 'Add an authenticator app' : 'Add a passkey'}>
        <AddFactor kind={asking.kind} account={account} onDone={close} />
      </Dialog>
    );
  if (asking.what === 'remove') {
    const { factor } = asking;
    const isLast = account.factors.length === 1;
    return (
      <Dialog open onOpenChange={close} title={`Remove ${factor.name}?`}>
        <div className="space-y-3">
          <p className="text-ink-soft">
            It can not be used to sign in any more.
            {isLast && ' It is your last one: the password alone will do, and the recovery codes go with it.'}
          </p>
          <ProofForm
            account={account}
            label="Remove"
            danger
            onProof={async (proof) => {
              await change({ method: 'DELETE', path: `${factorsPath}/${factor.id}`, body: { proof } });
              toast.success(`${factor.name} is removed.`);
              close();
            }}
          />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog open onOpenChange={close} title="New recovery codes">
      {asking.codes ? (
        <RecoveryCodes codes={asking.codes} onDone={close} />
      ) : (
        <div className="space-y-3">
          <Banner tone="warn">The old codes are worth nothing from then on.</Banner>
          <ProofForm
            account={account}
            label="Make new codes"
            onProof={async (proof) => {
              const answer = await change({ method: 'POST', path: '/api/account/recovery-codes', body: { proof } });
              setAsking({ what: 'codes', codes: codesSchema.parse(answer).codes });
            }}
          />
        </div>
      )}
    </Dialog>
  );
}
