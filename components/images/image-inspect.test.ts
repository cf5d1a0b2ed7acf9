import { expect, test } from 'vitest';
import { layerCommand } from './image-inspect.ts';

test.each([
  ['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
  ['/bin/sh -c apt-get update', 'RUN apt-get update'],
  ['RUN /bin/sh -c make # buildkit', 'RUN make'],
  ['COPY . /app # buildkit', 'COPY . /app'],
  ['', ''],
])('%j reads as its Dockerfile line', (createdBy, line) => {
  expect(layerCommand(createdBy)).toBe(line);
});
