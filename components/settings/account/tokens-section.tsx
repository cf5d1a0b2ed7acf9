'use client';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Section } from '../section.tsx';
import { CreateToken } from './create-token.tsx';
import { TokensTable } from './tokens-table.tsx';

/** One's own tokens. */
export function TokensSection() {
  const [creating, setCreating] = useState(false);
  return (
    <Section
      title="API tokens"
      intro="For the docker CLI, compose and scripts. A token may do what you may do, no more; what it does stands in the trail under its name."
      actions={
        <Button tone="primary" onClick={() => setCreating(true)}>
          <Plus /> New token
        </Button>
      }
    >
      <TokensTable path="/api/tokens" who="You" />
      {creating && <CreateToken path="/api/tokens" who="You" onClose={() => setCreating(false)} />}
    </Section>
  );
}
