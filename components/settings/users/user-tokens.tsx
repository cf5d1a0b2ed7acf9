'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { CreateToken } from '../account/create-token.tsx';
import { TokensTable } from '../account/tokens-table.tsx';
import type { UserShown } from '../schemas.ts';
import { Section } from '../section.tsx';

/** The tokens of an account. Those of a service account are made here; people make their own. */
export function UserTokens({ user, who }: { user: UserShown; who: string }) {
  const path = `/api/users/${user.id}/tokens` as const;
  const [creating, setCreating] = useState(false);
  const isService = user.kind === 'service';
  return (
    <Section
      title="API tokens"
      intro={
        isService
          ? 'By which CI and scripts come in as this account. What one does stands in the trail under its name.'
          : 'People make their tokens themselves, under Account. None may do more than its owner.'
      }
      actions={
        isService && (
          <Button tone="primary" onClick={() => setCreating(true)}>
            <Plus /> New token
          </Button>
        )
      }
    >
      <TokensTable path={path} who={who} />
      {creating && <CreateToken path={path} who={who} onClose={() => setCreating(false)} />}
    </Section>
  );
}
