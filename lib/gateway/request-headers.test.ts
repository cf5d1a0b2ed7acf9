import { describe, expect, it } from 'vitest';
import { requestHeaders } from './request-headers.ts';

describe('requestHeaders', () => {
  it('keeps what the engine needs', () => {
    const kept = { 'x-registry-auth': 'a', 'x-registry-config': 'b', accept: 'c', 'user-agent': 'Docker-Client/28' };
    expect(requestHeaders(kept)).toEqual({ host: 'docker', ...kept });
    const session = { 'x-docker-expose-session-uuid': 'u', 'x-docker-expose-session-grpc-method': ['m'] };
    expect(requestHeaders(session)).toMatchObject(session);
  });

  it("writes a BuildKit session's methods one a line again, as Node has joined them", () => {
    const headers = requestHeaders({ 'x-docker-expose-session-grpc-method': '/a.B/C, /d.E/F' as unknown as string[] });
    expect(headers['x-docker-expose-session-grpc-method']).toEqual(['/a.B/C', '/d.E/F']);
  });

  it.each([
    ['credentials', { authorization: 'Bearer x', cookie: 'pilothouse.session=x', 'proxy-authorization': 'x' }],
    ['identity', { 'x-forwarded-for': '1', 'x-forwarded-user': 'root', 'x-remote-user': 'root', 'x-pilothouse': '1' }],
    ['framing', { 'transfer-encoding': 'chunked', 'content-length': '5', te: 'trailers', trailer: 'x', expect: 'y' }],
    ['one hop', { connection: 'keep-alive, x-own', 'x-own': '1', upgrade: 'tcp', 'keep-alive': '1' }],
    ['the content type, which is from the table', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['encodings that no filter reads', { 'accept-encoding': 'gzip' }],
    ['the host', { host: 'console.example' }],
  ])('drops %s', (_what, headers) => {
    expect(requestHeaders(headers)).toEqual({ host: 'docker', 'user-agent': 'pilothouse' });
  });
});
