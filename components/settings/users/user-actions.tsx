'use client';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { z } from 'zod';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { toast } from '#components/ui/toast.ts';
import { OneTimeLink } from '../one-time-link.tsx';
import type { UserShown } from '../schemas.ts';
import { orToast, useApiChange } from '../use-api.ts';
import { madeLinkSchema } from './invite-dialog.tsx';

type Asking = 'reset' | 'factors' | 'disable' | 'delete';

/** What can be done with an account as a whole. `list` is where one lands when it is gone. */
export function UserActions({ user, list }: { user: UserShown; list: string }) {
  const change = useApiChange(['/api/users', '/api/service-accounts', '/api/grants', '/api/teams']);
  const router = useRouter();
  const [asking, setAsking] = useState<Asking>();
  const [link, setLink] = useState<z.infer<typeof madeLinkSchema>>();
  const path = `/api/users/${user.id}` as const;
  const close = () => setAsking(undefined);
  const setDisabled = async (disabled: boolean) => {
    await change({ method: 'PATCH', path, body: { disabled } });
  };
  return (
    <>
      {user.kind === 'person' && <Button onClick={() => setAsking('reset')}>Reset password</Button>}
      {user.secondFactor && <Button onClick={() => setAsking('factors')}>Reset second factor</Button>}
      {user.disabled ? (
        <Button onClick={() => void orToast(setDisabled(false), 'Enabled.')}>Enable</Button>
      ) : (
        <Button onClick={() => setAsking('disable')}>Disable</Button>
      )}
      <Button tone="danger" onClick={() => setAsking('delete')}>
        Delete
      </Button>
      <ConfirmDialog
        open={asking === 'reset'}
        onOpenChange={close}
        title={`Reset the password of ${user.email}?`}
        confirmLabel="Make the link"
        onConfirm={async () => setLink(madeLinkSchema.parse(await change({ method: 'POST', path: `${path}/reset` })))}
      >
        You get a link to hand on; whoever opens it first chooses a new password, and all sessions end with that. Until
        then the old password works.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'factors'}
        onOpenChange={close}
        danger
        title={`Take away the second factors of ${user.email}?`}
        confirmLabel="Take away"
        onConfirm={async () => {
          await change({ method: 'DELETE', path: `${path}/second-factors` });
          toast.success('Gone; the password alone signs in until a new one is added.');
        }}
      >
        Apps, passkeys and recovery codes go, and all sessions end. Be sure that it is the person who asks: whoever has
        the password is then in.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'disable'}
        onOpenChange={close}
        danger
        title={`Disable ${user.email}?`}
        confirmLabel="Disable"
        onConfirm={() => setDisabled(true)}
      >
        Nobody comes in by this account or its tokens any more, and what is open on it ends within a second. Teams and
        grants stay for the day on which it is enabled again.
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === 'delete'}
        onOpenChange={close}
        danger
        title={`Delete ${user.email}?`}
        confirmLabel="Delete"
        typeToConfirm={user.email}
        onConfirm={async () => {
          await change({ method: 'DELETE', path });
          toast.success(`${user.email} is gone.`);
          router.push(list);
        }}
      >
        The grants, sessions and tokens go with the account. What it did stays in the trail.
      </ConfirmDialog>
      {link && (
        <OneTimeLink
          title={`Password link for ${user.email}`}
          text={link.url}
          expiresAt={link.link.expiresAt}
          onClose={() => setLink(undefined)}
        >
          Hand it to the person by a way that you trust.
        </OneTimeLink>
      )}
    </>
  );
}
