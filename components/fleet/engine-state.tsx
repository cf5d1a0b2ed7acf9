import { StateDot, type StateShape, type StateTone } from '#components/ui/state-dot.tsx';
import type { EngineStatus } from '#lib/shared/inventory.ts';

const looks: Record<EngineStatus['state'], { shape: StateShape; tone: StateTone; word: string }> = {
  live: { shape: 'solid', tone: 'ok', word: 'live' },
  connecting: { shape: 'pulse', tone: 'info', word: 'connecting' },
  stale: { shape: 'half', tone: 'warn', word: 'out of reach' },
  down: { shape: 'cross', tone: 'bad', word: 'no answer' },
};

export function EngineState({ engine }: { engine: Pick<EngineStatus, 'state'> }) {
  return <StateDot {...looks[engine.state]} />;
}
