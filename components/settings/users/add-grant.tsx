'use client';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Select } from '#components/ui/input.tsx';
import type { GrantShown } from '../schemas.ts';
import { orToast, useApiChange } from '../use-api.ts';
import { GrantScopeSelect } from './grant-scope.tsx';
import { roles } from './roles.ts';

/** A role, a place, and Add. */
export function AddGrant({ userId }: { userId: string }) {
  const change = useApiChange(['/api/grants']);
  const [role, setRole] = useState<string>('viewer');
  const [scope, setScope] = useState<GrantShown['scope']>({ kind: 'all', value: '' });
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    await orToast(
      change({ method: 'POST', path: '/api/grants', body: { subjectKind: 'user', subjectId: userId, role, scope } }),
    );
    setBusy(false);
  };
  return (
    <div className="space-y-1.5">
      <div className="flex gap-2 max-sm:flex-col">
        <Select aria-label="Role" value={role} onChange={(event) => setRole(event.target.value)}>
          {roles.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
        <GrantScopeSelect value={scope} onChange={setScope} />
        <Button tone="primary" busy={busy} onClick={() => void add()}>
          Add
        </Button>
      </div>
      <p className="text-ink-faint text-xs">
        {role}: {roles.find(({ name }) => name === role)?.may}.
      </p>
    </div>
  );
}
