'use client';
import { KeyRound, Smartphone } from 'lucide-react';
import { useEffect, useState } from 'react';
import { passkeysWork } from '#components/second-factor/passkey.ts';
import { type Factor, type Factors, factorsPath, factorsSchema } from '#components/second-factor/second-factor-api.ts';
import { Button } from '#components/ui/button.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import type { FactorKind } from '#lib/shared/sign-in.ts';
import { PlainTable } from '../plain-table.tsx';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';
import { type FactorAsked, FactorDialog } from './factor-dialog.tsx';

const kinds: Record<FactorKind, string> = { totp: 'Authenticator app', passkey: 'Passkey' };

/** One's second factors and recovery codes. */
export function SecuritySection() {
  const query = useApi(factorsPath, factorsSchema);
  const change = useApiChange([factorsPath, '/api/sessions']);
  const [asking, setAsking] = useState<FactorAsked>();
  const [passkeys, setPasskeys] = useState(false);
  useEffect(() => setPasskeys(passkeysWork()), []);
  const account = query.data;
  const close = () => {
    setAsking(undefined);
    void query.refetch();
  };
  const left = account?.recoveryCodesLeft ?? 0;
  return (
    <Section
      title="Second factor"
      intro="Asked for after the password, so that a stolen password alone opens nothing. A passkey also signs you in without a password."
      actions={
        <>
          {passkeys && (
            <Button onClick={() => setAsking({ what: 'add', kind: 'passkey' })}>
              <KeyRound aria-hidden="true" /> Add a passkey
            </Button>
          )}
          <Button onClick={() => setAsking({ what: 'add', kind: 'totp' })}>
            <Smartphone aria-hidden="true" /> Add an app
          </Button>
        </>
      }
    >
      <div className="space-y-3">
        <PlainTable
          label="Second factors"
          query={toRows(query)}
          rowKey={({ id }) => id}
          empty={
            account?.required
              ? 'None yet, and your account needs one: add an app or a passkey.'
              : 'None yet. Add an app or a passkey.'
          }
          columns={[
            { label: 'Name', cell: ({ name }) => name },
            { label: 'Kind', cell: ({ kind }) => kinds[kind], wide: true },
            { label: 'Added', cell: ({ createdAt }) => <RelativeTime at={createdAt} />, wide: true },
            {
              label: 'Last used',
              cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : 'never'),
            },
            {
              label: '',
              className: 'whitespace-nowrap text-right',
              cell: (factor) => (
                <>
                  <Button size="sm" tone="quiet" onClick={() => setAsking({ what: 'rename', factor })}>
                    Rename
                  </Button>
                  <Button size="sm" tone="quiet" onClick={() => setAsking({ what: 'remove', factor })}>
                    Remove
                  </Button>
                </>
              ),
            },
          ]}
        />
        {account && account.factors.length > 0 && (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
            <p className={left < 3 ? 'text-warn' : 'text-ink-soft'}>
              {left === 0
                ? 'No recovery code is left.'
                : `${left} recovery ${left === 1 ? 'code is' : 'codes are'} left.`}
            </p>
            <Button size="sm" onClick={() => setAsking({ what: 'codes' })}>
              Make new codes
            </Button>
          </div>
        )}
        {!passkeys && (
          <p className="text-ink-faint text-xs">
            Passkeys need the console to be opened by a host name over https, or at localhost.
          </p>
        )}
      </div>
      {account && asking && (
        <FactorDialog asking={asking} account={account} close={close} setAsking={setAsking} change={change} />
      )}
    </Section>
  );
}

function toRows(query: ReturnType<typeof useApi<Factors>>) {
  const data = query.data && { rows: query.data.factors };
  return { ...query, data } as Parameters<typeof PlainTable<Factor>>[0]['query'];
}
