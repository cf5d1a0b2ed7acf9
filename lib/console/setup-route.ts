import { z } from 'zod';
import { getRuntime } from '#lib/runtime.ts';
import { appError } from '#lib/shared/errors.ts';
import { clientOf } from './client-of.ts';
import { parseBody } from './parse.ts';
import { respond, respondError } from './respond.ts';
import type { NextHandler } from './route.ts';

const body = z.strictObject({ secret: z.string(), email: z.string(), name: z.string(), password: z.string() });

/** The first administrator, by the one-time secret of the setup link. The only route for nobody in particular. */
export const setupRoute: NextHandler = async (request) => {
  try {
    const { identity, audit } = getRuntime();
    if (request.headers.get('x-pilothouse') !== '1') {
      throw appError('forbidden', 'The header X-Pilothouse: 1 is missing.');
    }
    const { secret, ...input } = await parseBody(body, request);
    const startedAt = performance.now();
    const user = await identity.completeSetup(secret, input);
    await audit.record(
      {
        principal: { kind: 'anonymous', address: clientOf(request).address },
        operation: 'console.setup',
        targets: [{ kind: 'user', id: user.id, name: user.email }],
      },
      { outcome: 'done', status: 200, durationMs: performance.now() - startedAt },
    );
    return respond({ user });
  } catch (error) {
    return respondError(error);
  }
};
