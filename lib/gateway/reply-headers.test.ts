import { describe, expect, it } from 'vitest';
import { replyHeaders } from './reply-headers.ts';

const lying = {
  'set-cookie': ['pilothouse.session=x'],
  location: 'https://evil.example',
  'clear-site-data': '"*"',
  'access-control-allow-origin': '*',
  refresh: '0;url=https://evil.example',
  'www-authenticate': 'Basic',
  'strict-transport-security': 'max-age=0',
  link: '<x>; rel=preload',
  'transfer-encoding': 'chunked',
  connection: 'keep-alive',
  'x-anything': '1',
};

describe('replyHeaders', () => {
  it('passes on what clients need and nothing that speaks for our origin', () => {
    const good = { 'api-version': '1.41', 'content-type': 'application/json', ostype: 'linux', 'content-length': '2' };
    expect(replyHeaders({ ...lying, ...good }, { cookie: false })).toEqual(good);
    const stat = { 'x-docker-container-path-stat': 'e30=' };
    expect(replyHeaders(stat, { cookie: false })).toEqual(stat);
  });

  it('drops the length of a body that is changed', () => {
    expect(replyHeaders({ 'content-length': '2' }, { cookie: false, dropLength: true })).toEqual({});
  });

  it.each([
    'text/html',
    'image/svg+xml',
    'text/plain; charset=utf-8',
    'application/x-tar',
    'application/json-evil',
    '',
  ])('lets a cookie principal only save what is of the type %j', (type) => {
    const headers = replyHeaders({ ...lying, ...(type ? { 'content-type': type } : {}) }, { cookie: true });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'content-disposition': 'attachment',
      'content-type': type || 'application/octet-stream',
    });
  });

  it('overrules an engine that says inline, and shows JSON under a sandbox', () => {
    const inline = { 'content-type': 'text/html', 'content-disposition': 'inline' };
    expect(replyHeaders(inline, { cookie: true })['content-disposition']).toBe('attachment');
    const json = replyHeaders({ 'content-type': 'application/json; charset=utf-8' }, { cookie: true });
    expect(json['content-disposition']).toBeUndefined();
    expect(json['content-security-policy']).toContain('sandbox');
  });
});
