import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface AuthenticatorOptions {
  /** Checks the person (finger, PIN) before it signs. */
  verifiesUser?: boolean;
  /** Passkeys that are kept in step over devices have none. */
  counts?: boolean;
}

interface Asked {
  challenge: string;
}

/** A security key in software (WebAuthn level 2, ES256, attestation `none`), for what a browser can't be made to do. */
export interface Authenticator {
  readonly credentialId: string;
  /** The last signature counter; a cloned key has an old one. */
  counter: number;
  verifiesUser: boolean;
  /** The answer to navigator.credentials.create. `origin` is the page's, whatever was asked. */
  register(options: Asked, origin: string, rpId?: string): object;
  /** The answer to navigator.credentials.get. */
  assert(options: Asked, origin: string, rpId?: string): object;
}

/** A new key with one credential. */
export function makeAuthenticator(options: AuthenticatorOptions = {}): Authenticator {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  const credentialId = id.toString('base64url');
  const counts = options.counts ?? true;
  const self: Authenticator = {
    credentialId,
    counter: counts ? 1 : 0,
    verifiesUser: options.verifiesUser ?? true,
    register({ challenge }, origin, rpId = new URL(origin).hostname) {
      const data = Buffer.concat([
        authData(rpId, self, 0x40),
        Buffer.alloc(16),
        Buffer.from([0, id.length]),
        id,
        coseKey(publicKey),
      ]);
      const attestation = map([
        ['fmt', text('none')],
        ['attStmt', map([])],
        ['authData', bytes(data)],
      ]);
      return envelope(credentialId, {
        clientDataJSON: clientData('webauthn.create', challenge, origin),
        attestationObject: attestation.toString('base64url'),
        transports: ['usb'],
      });
    },
    assert({ challenge }, origin, rpId = new URL(origin).hostname) {
      if (counts) self.counter += 1;
      const data = authData(rpId, self, 0);
      const client = clientData('webauthn.get', challenge, origin);
      const hash = createHash('sha256').update(Buffer.from(client, 'base64url')).digest();
      return envelope(credentialId, {
        clientDataJSON: client,
        authenticatorData: data.toString('base64url'),
        signature: sign('sha256', Buffer.concat([data, hash]), privateKey).toString('base64url'),
      });
    },
  };
  return self;
}

function envelope(id: string, response: object): object {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}

function clientData(type: string, challenge: string, origin: string): string {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString('base64url');
}

function authData(rpId: string, { verifiesUser, counter }: Authenticator, flags: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const hash = createHash('sha256').update(rpId).digest();
  return Buffer.concat([hash, Buffer.from([flags | 0x01 | (verifiesUser ? 0x04 : 0)]), count]);
}

// As much CBOR (RFC 8949) as an attestation of `none` needs.
const head = (major: number, length: number): Buffer =>
  length < 24
    ? Buffer.from([(major << 5) | length])
    : length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 0xff]);
const text = (value: string): Buffer => Buffer.concat([head(3, value.length), Buffer.from(value)]);
const bytes = (value: Buffer): Buffer => Buffer.concat([head(2, value.length), value]);
const int = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const map = (entries: [string | number, Buffer][]): Buffer =>
  Buffer.concat([
    head(5, entries.length),
    ...entries.flatMap(([key, value]) => [typeof key === 'string' ? text(key) : int(key), value]),
  ]);

function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return map([
    [1, int(2)],
    [3, int(-7)],
    [-1, int(1)],
    [-2, bytes(Buffer.from(x, 'base64url'))],
    [-3, bytes(Buffer.from(y, 'base64url'))],
  ]);
}
