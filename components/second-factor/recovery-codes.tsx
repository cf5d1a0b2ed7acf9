'use client';
import { Download } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';

/** New recovery codes, which are shown this once. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const text = `${codes.join('\n')}\n`;
  return (
    <div className="space-y-3">
      <p className="text-ink-soft">
        If you lose your phone or key, each of these codes lets you in once in its place. They are shown this once:
        print them, or keep them where you keep your passwords.
      </p>
      <div className="relative rounded-md border bg-sunken p-3">
        <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-4 gap-y-1 font-mono text-sm tabular-nums">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <CopyButton text={text} label="Copy the codes" className="absolute top-1.5 right-1.5" />
      </div>
      <div className="flex flex-wrap gap-2">
        <Button tone="primary" onClick={onDone}>
          I have kept them
        </Button>
        <a
          className="inline-flex h-8 items-center gap-1.5 rounded-md border border-line-strong px-3 font-medium hover:bg-hover"
          download="pilothouse-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
        >
          <Download aria-hidden="true" className="size-3.5" /> Save as a file
        </a>
      </div>
    </div>
  );
}
