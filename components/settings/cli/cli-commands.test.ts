import { expect, test } from 'vitest';
import { connectCommands, headerCommands } from './cli-commands.ts';

test('header mode names host, port and base path', () => {
  expect(headerCommands('http://pilot.test:3000', 'edge').use).toContain(
    'DOCKER_HOST=tcp://pilot.test:3000/docker/edge\n',
  );
});

test('over https the CLI is told to speak TLS, on the default port too', () => {
  const { use } = headerCommands('https://pilot.test', 'edge');
  expect(use).toContain('tcp://pilot.test:443/docker/edge');
  expect(use).toContain('DOCKER_TLS=1');
});

test('the token stands in a file, never in a command', () => {
  const all = [
    ...Object.values(connectCommands('http://x', 'e')),
    ...Object.values(headerCommands('http://x', 'e')),
  ].join('\n');
  expect(all).not.toContain('phk_');
  expect(all).toContain('--token-file');
});
