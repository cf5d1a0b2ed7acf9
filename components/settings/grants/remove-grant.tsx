'use client';
import { ConfirmDialog } from '#components/ui/confirm-dialog.tsx';
import { toast } from '#components/ui/toast.ts';
import type { GrantShown } from '../schemas.ts';
import { useApiChange } from '../use-api.ts';
import { GrantLine } from './grant-list.tsx';

/** Takes a grant away, and says before what that ends. */
export function RemoveGrant(props: { grant: GrantShown; who: string; isLast: boolean; onClose: () => void }) {
  const { grant, who, isLast, onClose } = props;
  const change = useApiChange(['/api/grants']);
  const isTeam = grant.subjectKind === 'team';
  return (
    <ConfirmDialog
      open
      danger
      onOpenChange={onClose}
      title="Take this grant away?"
      confirmLabel="Take away"
      onConfirm={async () => {
        await change({ method: 'DELETE', path: `/api/grants/${grant.id}` });
        toast.success('Taken away. What lived on it has ended.');
      }}
    >
      <div className="rounded-md border bg-sunken px-3 py-2">
        <GrantLine who={who} grant={grant} />
      </div>
      <p className="text-ink-soft">
        {isTeam
          ? 'No member may do that any more, unless another grant allows it.'
          : 'Not any more, unless another grant allows it.'}{' '}
        Logs, terminals and command lines that are open on it end within a second.
        {isLast && ` It is the last grant of its own that ${who} has.`}
      </p>
    </ConfirmDialog>
  );
}
