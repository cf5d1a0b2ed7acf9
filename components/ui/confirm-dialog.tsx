'use client';
import { type ReactNode, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';

interface ConfirmDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What will be lost, in plain words. */
  children: ReactNode;
  confirmLabel: string;
  onConfirm: () => void | Promise<void>;
  danger?: boolean;
  /** The person types this before the button works. */
  typeToConfirm?: string;
  /** Keeps the button shut for other reasons (an invalid field). */
  disabled?: boolean;
  /** Beside the buttons on the left, e.g. the docker command. */
  note?: ReactNode;
}

/** Asks before something is done. Closes itself when `onConfirm` has resolved; stays open with the error when it throws. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onOpenChange, title, children, confirmLabel, onConfirm, danger, typeToConfirm, disabled, note } = props;
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const formId = useId();
  const shut = disabled || (typeToConfirm !== undefined && typed !== typeToConfirm);

  async function confirm() {
    if (shut || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onOpenChange(false);
    } catch (cause) {
      setError(cause instanceof Error ? cause.message : String(cause));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={title}
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button type="submit" form={formId} tone={danger ? 'danger' : 'primary'} disabled={shut} busy={busy}>
            {confirmLabel}
          </Button>
        </>
      }
    >
      <form
        id={formId}
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          void confirm();
        }}
      >
        {children}
        {typeToConfirm !== undefined && (
          <Field label={<TypeLabel text={typeToConfirm} />}>
            {(id) => <Input id={id} value={typed} onChange={(e) => setTyped(e.target.value)} autoFocus />}
          </Field>
        )}
        {note}
        {error && (
          <p role="alert" className="break-words rounded-md bg-bad-bg px-3 py-2 text-bad">
            {error}
          </p>
        )}
      </form>
    </Dialog>
  );
}

function TypeLabel({ text }: { text: string }) {
  return (
    <>
      Type <code className="rounded-sm bg-sunken px-1 font-mono">{text}</code> to confirm
    </>
  );
}
