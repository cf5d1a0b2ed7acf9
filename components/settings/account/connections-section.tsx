'use client';
import { useState } from 'react';
import { z } from 'zod';
import { ConsoleError, shownError } from '#components/live/errors.ts';
import { ProofForm } from '#components/second-factor/proof-form.tsx';
import { factorsPath, factorsSchema, type Proof } from '#components/second-factor/second-factor-api.ts';
import { providerAddress } from '#components/sign-in/sign-in.ts';
import { signInWords } from '#components/sign-in/sign-in-words.ts';
import { Banner } from '#components/ui/banner.tsx';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { RelativeTime } from '#components/ui/relative-time.tsx';
import { toast } from '#components/ui/toast.ts';
import { PlainTable } from '../plain-table.tsx';
import { Section } from '../section.tsx';
import { useApi, useApiChange } from '../use-api.ts';

const path = '/api/account/connections';
const connectionSchema = z.object({
  providerId: z.string(),
  providerName: z.string(),
  email: z.string(),
  createdAt: z.number(),
  lastUsedAt: z.number().optional(),
});
const schema = z.object({
  rows: z.array(connectionSchema),
  offered: z.array(z.object({ id: z.string(), name: z.string() })),
});

type Asking = { what: 'connect' | 'disconnect'; id: string; name: string };

/** One's accounts at identity providers; nothing where the console has none. `problem`: how the last attempt ended. */
export function ConnectionsSection({ problem }: { problem?: string }) {
  const query = useApi(path, schema);
  const account = useApi(factorsPath, factorsSchema).data;
  const change = useApiChange([path]);
  const [asking, setAsking] = useState<Asking>();
  if (query.data && query.data.rows.length + query.data.offered.length === 0) return null;

  /** Without asking again where the sign-in is recent. */
  async function connect(id: string, name: string) {
    try {
      await run({ what: 'connect', id, name });
    } catch (cause) {
      if (cause instanceof ConsoleError && cause.code === 'forbidden') return setAsking({ what: 'connect', id, name });
      toast.error(shownError(cause).message);
    }
  }
  async function run({ what, id, name }: Asking, proof?: Proof) {
    if (what === 'disconnect') {
      await change({ method: 'DELETE', path: `${path}/${id}`, body: { proof } });
      toast.success(`${name} is disconnected.`);
      return setAsking(undefined);
    }
    await change({ method: 'POST', path, body: { provider: id, proof } });
    window.location.assign(await providerAddress(id, '/settings/account'));
  }

  return (
    <Section
      title="Identity providers"
      intro="With which you can sign in to this account."
      actions={query.data?.offered.map(({ id, name }) => (
        <Button key={id} onClick={() => void connect(id, name)}>
          Connect {name}
        </Button>
      ))}
    >
      <div className="space-y-3">
        {problem && <Banner tone="bad">{signInWords(problem)}</Banner>}
        <PlainTable
          label="Identity providers"
          query={query}
          rowKey={({ providerId }) => providerId}
          empty="None is connected."
          columns={[
            { label: 'Provider', cell: ({ providerName }) => providerName },
            { label: 'As', cell: ({ email }) => <span className="break-all">{email || '–'}</span> },
            {
              label: 'Last used',
              cell: ({ lastUsedAt }) => (lastUsedAt ? <RelativeTime at={lastUsedAt} /> : 'never'),
              wide: true,
            },
            {
              label: '',
              className: 'text-right',
              cell: ({ providerId, providerName }) => (
                <Button size="sm" onClick={() => setAsking({ what: 'disconnect', id: providerId, name: providerName })}>
                  Disconnect
                </Button>
              ),
            },
          ]}
        />
      </div>
      {asking && account && (
        <Dialog
          open
          onOpenChange={() => setAsking(undefined)}
          title={asking.what === 'connect' ? `Connect ${asking.name}?` : `Disconnect ${asking.name}?`}
        >
          <div className="space-y-3">
            <p className="text-ink-soft">
              {asking.what === 'connect'
                ? 'You sign in there once more; from then on it opens this account.'
                : 'It opens this account no longer, and the teams that its groups gave go.'}
            </p>
            <ProofForm
              account={account}
              label={asking.what === 'connect' ? 'Go to the provider' : 'Disconnect'}
              danger={asking.what === 'disconnect'}
              onProof={(proof) => run(asking, proof)}
            />
          </div>
        </Dialog>
      )}
    </Section>
  );
}
