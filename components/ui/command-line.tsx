'use client';
import { CopyButton } from './copy-button.tsx';

/** The docker command that does the same, ready to copy. */
export function CommandLine({ command }: { command: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-2.5">
      <code className="min-w-0 flex-1 whitespace-pre-wrap break-all py-0.5 font-mono text-ink-soft text-xs">
        {command}
      </code>
      <CopyButton text={command} label="Copy the command" />
    </div>
  );
}
