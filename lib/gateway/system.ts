import { systemCalls } from '#lib/engine/system-calls.ts';

/**
 * What the console may ask an engine in its own name, through the door as through the engine room: one list of reads,
 * held against a literal one by a test. The only exception to "a principal with grants".
 */
export const systemOperations: readonly string[] = Object.keys(systemCalls);
