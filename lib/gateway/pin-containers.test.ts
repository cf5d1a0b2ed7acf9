import { expect, it } from 'vitest';
import { classify } from './classify.ts';
import { inspect } from './inspect.ts';
import { pinContainers } from './pin-containers.ts';

it.each(['connect', 'disconnect'])('network %s goes on with the id of the container that was judged', (verb) => {
  const classified = classify('POST', `/v1.41/networks/n/${verb}`, '');
  const inspected = inspect(classified, Buffer.from('{"Container":"web"}'));
  const pinned = pinContainers({ classified, inspected }, new Map([['web', 'a'.repeat(64)]]));
  expect(pinned.inspected.body?.toString()).toBe(`{"Container":"${'a'.repeat(64)}"}`);
});
