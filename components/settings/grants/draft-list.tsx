'use client';
import { Plus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { GrantDialog } from './grant-dialog.tsx';
import type { GrantDraft } from './grant-draft.ts';
import { GrantLine } from './grant-list.tsx';

interface DraftListProps {
  label: string;
  hint: ReactNode;
  /** Who will have them, in the sentences. */
  who: string;
  drafts: readonly GrantDraft[];
  onChange: (drafts: GrantDraft[]) => void;
  /** On the dialog that adds one. */
  title: string;
  confirmLabel: string;
}

/** Grants that come with something that is being made: an invitation, a token. */
export function DraftList({ label, hint, who, drafts, onChange, title, confirmLabel }: DraftListProps) {
  const [adding, setAdding] = useState(false);
  return (
    <fieldset className="space-y-1.5">
      <legend className="font-medium text-ink-soft text-xs">{label}</legend>
      <p className="text-ink-faint text-xs">{hint}</p>
      {drafts.length > 0 && (
        <ul className="divide-y rounded-md border">
          {drafts.map((draft, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: drafts have no name of their own and are only added and removed
            <li key={index} className="flex items-center gap-2 px-3 py-1.5">
              <div className="min-w-0 flex-1">
                <GrantLine who={who} grant={draft} />
              </div>
              <Button size="sm" onClick={() => onChange(drafts.filter((_, other) => other !== index))}>
                Remove
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Button size="sm" onClick={() => setAdding(true)}>
        <Plus /> {title}
      </Button>
      {adding && (
        <GrantDialog
          title={title}
          who={who}
          confirmLabel={confirmLabel}
          onSave={(draft) => onChange([...drafts, draft])}
          onClose={() => setAdding(false)}
        />
      )}
    </fieldset>
  );
}
