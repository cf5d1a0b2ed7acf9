import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { apiFetch } from '#components/live/api.ts';

// Loaded when the first passkey is asked for: most pages never need it.
const library = () => import('@simplewebauthn/browser');

/**
 * Whether this page can have passkeys at all: browsers allow them over https (and on localhost), and for a host name
 * alone, never for a bare address.
 */
export function passkeysWork(): boolean {
  if (typeof window === 'undefined' || !window.isSecureContext) return false;
  const { hostname } = window.location;
  return 'PublicKeyCredential' in window && !/^[\d.]+$/.test(hostname) && !hostname.includes(':');
}

/** Lets the browser make a passkey; throws an Error with a sentence for the person. */
export async function makePasskey(options: unknown): Promise<unknown> {
  const { startRegistration } = await library();
  // The console made them for this very browser; what the browser can't read it refuses itself.
  return inWords(() => startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON }));
}

/** Asks the person for a passkey, with the options from `path`; throws an Error with a sentence for the person. */
export async function askPasskey(path: `/api/${string}`): Promise<unknown> {
  const [{ startAuthentication }, options] = await Promise.all([library(), apiFetch('GET', path)]);
  return inWords(() => startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON }));
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    if (name === 'NotAllowedError' || name === 'AbortError') {
      throw new Error('No passkey was given: it was cancelled, took too long, or there is none here.', { cause });
    }
    if (name === 'InvalidStateError') throw new Error('This device has a passkey of yours here already.', { cause });
    if (name === 'SecurityError') {
      throw new Error('The browser allows no passkeys at this address. Open the console by its public name.', {
        cause,
      });
    }
    throw cause;
  }
}
