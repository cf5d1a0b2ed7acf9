import { type EngineOperation, engineOperations } from '#lib/shared/operations.ts';
import { containerOperations } from './operations/container.ts';
import { imageOperations } from './operations/image.ts';
import { networkOperations } from './operations/network.ts';
import type { Row } from './operations/parts.ts';
import { swarmOperations } from './operations/swarm.ts';
import { systemOperations } from './operations/system.ts';
import type { OperationSpec } from './spec.ts';

const rows: Record<EngineOperation, Row> = {
  ...containerOperations,
  ...imageOperations,
  ...networkOperations,
  ...swarmOperations,
  ...systemOperations,
};

/**
 * The table of operations: what the Engine API defines up to v1.55, and `/build/cancel`. What is not here is denied.
 * Parameters come from the definition and from what engines 20.10 to 28.5 read.
 */
export const operations: Readonly<Record<EngineOperation, OperationSpec>> = Object.freeze(
  engineOperations.reduce(
    (table, name) => {
      table[name] = { since: '1.25', targets: [], query: {}, body: 'none', streaming: 'none', ...rows[name], name };
      return table;
    },
    {} as Record<EngineOperation, OperationSpec>,
  ),
);
