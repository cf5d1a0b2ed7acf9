import { Badge } from '#components/ui/badge.tsx';
import type { EngineStatus } from '#lib/shared/inventory.ts';

const shown = {
  live: { tone: 'ok', word: 'live' },
  connecting: { tone: 'info', word: 'connecting' },
  stale: { tone: 'warn', word: 'not answering' },
  down: { tone: 'bad', word: 'down' },
} as const;

/** The engine's state in a word; the engine's own sentence on hover and beside it. */
export function EngineStateBadge({ status }: { status: EngineStatus | undefined }) {
  if (!status) return <Badge>unknown</Badge>;
  const { tone, word } = shown[status.state];
  return (
    <span className="flex min-w-0 items-center gap-2" title={status.problem}>
      <Badge tone={tone}>{word}</Badge>
      <span className="max-w-64 truncate text-ink-faint text-xs max-sm:hidden">
        {status.problem ?? (status.version ? `${status.product ?? 'Docker'} ${status.version}` : '')}
      </span>
    </span>
  );
}
