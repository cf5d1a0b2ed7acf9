import { expect, test } from 'vitest';
import { parseEndpoint, transportOf } from './endpoint.ts';

const identity = 'a key';

test('reads each kind of address', () => {
  expect(parseEndpoint('unix:///run/docker.sock', {})).toEqual({ kind: 'unix', path: '/run/docker.sock' });
  expect(parseEndpoint('tcp://box', {})).toEqual({ kind: 'tcp', host: 'box', port: 2375 });
  expect(parseEndpoint('tcp://[2001:db8::1]:99', {})).toEqual({ kind: 'tcp', host: '2001:db8::1', port: 99 });
  expect(parseEndpoint('tcp://box', { ca: 'CA' })).toMatchObject({ kind: 'tls', host: 'box', port: 2376, ca: 'CA' });
  expect(parseEndpoint('ssh://ann@box', { identity }, 'SHA256:x')).toEqual({
    ...{ kind: 'ssh', host: 'box', port: 22, user: 'ann', identity, socketPath: undefined, hostKey: 'SHA256:x' },
  });
  expect(parseEndpoint('ssh://ann@box:2222/run/user/7/docker.sock', { identity })).toMatchObject({
    ...{ port: 2222, socketPath: '/run/user/7/docker.sock' },
  });
});

test.each([
  ['unix://relative', {}, /absolute path/],
  ['http://box:2375', {}, /not one of an engine/],
  ['tcp://', {}, /not one of an engine/],
  ['tcp://box:2375/path', {}, /more than host and port/],
  ['tcp://user@box:2375', {}, /more than host and port/],
  ['tcp://box:2375?x=1', {}, /not one of an engine/],
  ['tcp://box', { cert: 'c' }, /go together/],
  ['ssh://box', { identity }, /names no user/],
  ['ssh://ann@box', {}, /private key/],
  ['ssh://ann:secret@box', { identity }, /must not hold a password/],
])('refuses %s', (url, secrets, message) => {
  expect(() => parseEndpoint(url, secrets)).toThrow(message);
});

test('the transport follows from address and certificates', () => {
  expect(transportOf('tcp://box', {})).toBe('tcp');
  expect(transportOf('tcp://box', { ca: 'CA' })).toBe('tls');
  expect(transportOf('ssh://a@b', { identity })).toBe('ssh');
  expect(transportOf('unix:///x', {})).toBe('unix');
});
