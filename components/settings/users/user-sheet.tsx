'use client';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { Sheet } from '#components/ui/dialog.tsx';
import { toast } from '#components/ui/toast.ts';
import type { GrantShown, UserShown } from '../schemas.ts';
import { orToast, useApiChange } from '../use-api.ts';
import { AddGrant } from './add-grant.tsx';
import { describeScope } from './grant-badges.tsx';
import { useEngineNames } from './grant-scope.tsx';
import { SetPassword } from './set-password.tsx';
import { UserAccess } from './user-access.tsx';

/** One person: grants, sessions and tokens, password, and the way out. */
export function UserSheet({
  user,
  grants,
  onClose,
}: {
  user: UserShown;
  grants: readonly GrantShown[];
  onClose: () => void;
}) {
  const change = useApiChange(['/api/users', '/api/grants']);
  const engineNames = useEngineNames();
  const [removing, setRemoving] = useState(false);
  const setDisabled = (disabled: boolean) =>
    void orToast(
      change({ method: 'PATCH', path: `/api/users/${user.id}`, body: { disabled } }),
      disabled ? 'Disabled; all sessions have ended.' : 'Enabled.',
    );
  return (
    <Sheet open onOpenChange={onClose} title={user.name || user.email} description={user.name ? user.email : undefined}>
      <div className="space-y-6">
        <section className="space-y-2">
          <h3 className="font-semibold">Grants</h3>
          {grants.length === 0 && <p className="text-ink-soft">None: this person sees nothing.</p>}
          <ul className="divide-y rounded-md border empty:hidden">
            {grants.map((grant) => (
              <li key={grant.id} className="flex items-center gap-2 px-3 py-1.5">
                <span className="min-w-0 flex-1 break-words">
                  <b className="font-medium">{grant.role}</b> {describeScope(grant.scope, engineNames)}
                </span>
                <Button
                  size="sm"
                  onClick={() => void orToast(change({ method: 'DELETE', path: `/api/grants/${grant.id}` }))}
                >
                  Take away
                </Button>
              </li>
            ))}
          </ul>
          <AddGrant userId={user.id} />
        </section>
        <UserAccess userId={user.id} />
        <SetPassword userId={user.id} />
        <section className="space-y-2">
          <h3 className="font-semibold">Account</h3>
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => setDisabled(!user.disabled)}>{user.disabled ? 'Enable' : 'Disable'}</Button>
            <Button tone="danger" onClick={() => setRemoving(true)}>
              Delete user
            </Button>
          </div>
        </section>
      </div>
      <ConfirmDialog
        open={removing}
        onOpenChange={setRemoving}
        danger
        title={`Delete ${user.email}?`}
        confirmLabel="Delete user"
        typeToConfirm={user.email}
        onConfirm={async () => {
          await change({ method: 'DELETE', path: `/api/users/${user.id}` });
          toast.success(`${user.email} is gone.`);
          onClose();
        }}
      >
        The grants, sessions and tokens go with the account. What the person did stays in the trail.
      </ConfirmDialog>
    </Sheet>
  );
}
