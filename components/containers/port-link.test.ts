import { expect, test } from 'vitest';
import { portLink } from './port-link.ts';

const link = (change: Partial<Parameters<typeof portLink>[0]>) =>
  portLink({
    ...{ engineUrl: 'tcp://engine.example:2376', address: '', port: '8080', inside: '80/tcp' },
    ...{ consoleHost: 'console.example', ...change },
  });

test('a published port is linked by the engine’s address', () => {
  expect(link({})).toBe('http://engine.example:8080');
  expect(link({ engineUrl: 'ssh://root@box.example' })).toBe('http://box.example:8080');
  expect(link({ address: '10.0.0.7' })).toBe('http://10.0.0.7:8080');
  expect(link({ engineUrl: 'tcp://[fd00::1]:2376' })).toBe('http://[fd00::1]:8080');
  expect(link({ port: '443', inside: '443/tcp' })).toBe('https://engine.example:443');
});

// Cookies ignore ports: whoever followed such a link would hand his session to the container's program.
test('no link leads to the console’s own host name, whose cookie a container’s program there would receive', () => {
  expect(link({ engineUrl: 'tcp://console.example:2376' })).toBeUndefined();
  expect(link({ engineUrl: 'tcp://CONSOLE.example:2376' })).toBeUndefined();
  expect(link({ address: 'console.example' })).toBeUndefined();
  expect(link({ engineUrl: 'unix:///var/run/docker.sock' })).toBeUndefined();
  expect(link({ address: '127.0.0.1' })).toBeUndefined();
  expect(link({ inside: '53/udp' })).toBeUndefined();
});
