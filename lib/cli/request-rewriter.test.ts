import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRequestRewriter } from './request-rewriter.ts';

const rewrite = { basePath: '/docker/eng', host: 'console', token: 'T' };

function run(text: string, cuts: number[] = []): string {
  const bytes = Buffer.from(text, 'latin1');
  const out: Uint8Array[] = [];
  const rewriter = createRequestRewriter(
    () => rewrite,
    (chunk) => out.push(chunk) > 0,
  );
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < at.length; i++) rewriter.push(bytes.subarray(at[i - 1], at[i]));
  return Buffer.concat(out).toString('latin1');
}

const head = (line: string, ...headers: string[]) =>
  `${[line, 'Host: console', 'Authorization: Bearer T', ...headers].join('\r\n')}\r\n\r\n`;

describe('createRequestRewriter', () => {
  it('adds path and token, and takes out what the client says of itself', () => {
    const sent = 'GET /v1.41/info HTTP/1.1\r\nHost: docker\r\nUser-Agent: d\r\nAuthorization: x\r\nCookie: y\r\n\r\n';
    expect(run(sent)).toBe(head('GET /docker/eng/v1.41/info HTTP/1.1', 'User-Agent: d'));
  });

  it('rewrites every request of a connection, wherever the bytes are cut', () => {
    const body = 'POST /a HTTP/1.1\r\nContent-Length: 35\r\n\r\nGET /in/the/body HTTP/1.1\r\nA: b\r\n\r\n';
    const chunks = 'PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab\n\r\n1;x=y\r\nc\r\n0\r\nT: v\r\n\r\n';
    const sent = `${body}${chunks}GET /c HTTP/1.1\r\n\r\n`;
    const expected =
      `${head('POST /docker/eng/a HTTP/1.1', 'Content-Length: 35')}GET /in/the/body HTTP/1.1\r\nA: b\r\n\r\n` +
      `${head('PUT /docker/eng/b HTTP/1.1', 'Transfer-Encoding: chunked')}3\r\nab\n\r\n1;x=y\r\nc\r\n0\r\nT: v\r\n\r\n` +
      head('GET /docker/eng/c HTTP/1.1');
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 20 }), (cuts) => {
        expect(run(sent, cuts)).toBe(expected);
      }),
    );
  });

  it('passes everything after a request for an upgrade on in frames, its body as it is', () => {
    const sent =
      'POST /exec/1/start HTTP/1.1\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}GET / HTTP/1.1\r\n\r\n\0\xff';
    const request = head(
      'POST /docker/eng/exec/1/start HTTP/1.1',
      'x-pilothouse-input: frames',
      'Upgrade: tcp',
      'Content-Length: 2',
    );
    const frames = '\0\0\0\x14GET / HTTP/1.1\r\n\r\n\0\xff';
    expect(run(sent)).toBe(`${request}{}${frames}`);
    expect(run(sent, [10, 65])).toBe(`${request}{}${frames}`);
    const cut = sent.indexOf('GET /') + 3;
    expect(run(sent, [cut])).toBe(`${request}{}\0\0\0\x03GET\0\0\0\x11${frames.slice(7)}`);
  });

  it('tells the end of the input inside an upgraded connection, and only there', () => {
    const out: Uint8Array[] = [];
    const rewriter = createRequestRewriter(
      () => rewrite,
      (chunk) => out.push(chunk) > 0,
    );
    rewriter.push(Buffer.from('GET /info HTTP/1.1\r\n\r\n'));
    expect(rewriter.end()).toBe(false);
    rewriter.push(Buffer.from('POST /exec/1/start HTTP/1.1\r\nUpgrade: tcp\r\n\r\n'));
    expect(rewriter.end()).toBe(true);
    expect(out.at(-1)).toEqual(new Uint8Array(4));
  });

  it.each([
    'GET http://elsewhere/x HTTP/1.1\r\n\r\n',
    'garbage\r\n\r\n',
    'GET /x HTTP/1.1\r\nContent-Length: x\r\n\r\n',
    'POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ])('refuses %j', (sent) => {
    expect(() => run(sent)).toThrow();
  });
});
