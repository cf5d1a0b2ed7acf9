import type { Registries } from '#lib/engine/registries-types.ts';
import { type Classified, queryValue } from './classified.ts';
import type { WireHeaders } from './wire.ts';

/**
 * Fills X-Registry-Auth from the stored registry credentials when the client sent none. The CLI always sends the
 * header, with `{}` inside when it knows no login, so emptiness is looked for inside. Whoever may pull or push may use
 * what is stored; nobody sees it.
 */
export async function fillRegistryAuth(
  classified: Classified,
  headers: WireHeaders,
  registries: Pick<Registries, 'authHeader'>,
): Promise<void> {
  const reference = imageReference(classified);
  if (reference === undefined || carriesLogin(headers['x-registry-auth'])) return;
  const stored = await registries.authHeader(reference);
  if (stored !== undefined) headers['x-registry-auth'] = stored;
  // Engines before 23.0 answer a push without the header with 400; the empty login is what the CLI sends.
  else if (classified.operation === 'image.push') headers['x-registry-auth'] ??= emptyLogin;
}

const emptyLogin = Buffer.from('{}').toString('base64url');

function imageReference(classified: Classified): string | undefined {
  switch (classified.operation) {
    case 'image.pull':
      return queryValue(classified, 'fromImage');
    case 'image.push':
    case 'distribution.inspect':
      return classified.params.name;
    default:
      return undefined;
  }
}

function carriesLogin(header: string | string[] | undefined): boolean {
  if (header === undefined) return false;
  try {
    const login: unknown = JSON.parse(Buffer.from(String(header), 'base64url').toString());
    if (typeof login !== 'object' || login === null) return true;
    const secrets = ['username', 'password', 'auth', 'identitytoken', 'registrytoken'];
    return Object.entries(login).some(([key, value]) => secrets.includes(key.toLowerCase()) && value !== '');
  } catch {
    // Not ours to judge: the engine says what is wrong with it.
    return true;
  }
}
