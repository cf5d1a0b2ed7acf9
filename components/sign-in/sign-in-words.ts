const words: Record<string, string> = {
  'sso-disabled': 'This account is switched off here. An administrator can say why.',
  'sso-no-email': 'Your provider told no e-mail address, and without one you can not be known here.',
  'sso-unverified': 'Your provider does not say that your e-mail address is verified, so it can not be trusted.',
  'sso-domain': 'Your e-mail address is of a domain that this console does not take.',
  'sso-taken':
    'There is an account with your e-mail address. Sign in to it as before; under Account you can connect this provider.',
  'sso-not-admitted': 'You are known there, but not let in here. Ask an administrator.',
  'sso-connected': 'This account of the provider belongs to somebody else here.',
  'sso-replayed': 'This sign-in was used before. Begin again.',
  'sso-connect': 'You were signed out meanwhile. Sign in, and connect the provider again.',
  'sso-unreachable': 'The provider could not be reached. Try again, or sign in by password.',
  'sso-gone': 'This provider is not set up here any more.',
  OAuthCallback: 'The answer of the provider could not be accepted. Begin again.',
  OAuthSignin: 'The provider could not be asked. Try again, or sign in by password.',
  AccessDenied: 'The provider did not let you in.',
  SessionRequired: 'Sign in to go on.',
};

/**
 * The sentence for an error in the address; undefined without one. Never the text itself: anybody can send a link, and
 * it would speak in the console's name.
 */
export function signInWords(error: unknown): string | undefined {
  if (typeof error !== 'string' || error === '') return undefined;
  return Object.hasOwn(words, error) ? words[error] : 'The sign-in did not work. Begin again.';
}
