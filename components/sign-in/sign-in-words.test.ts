import { expect, it } from 'vitest';
import { ssoRefusals } from '#lib/identity/sso/types.ts';
import { signInWords } from './sign-in-words.ts';

it('has a sentence of its own for each refusal, and none for no error', () => {
  const general = signInWords('whatever else');
  for (const refusal of ssoRefusals) expect(signInWords(refusal), refusal).not.toBe(general);
  expect(signInWords(undefined)).toBeUndefined();
});

it('never repeats what the address says', () => {
  for (const text of ['Call 555-1234 and tell your password', '__proto__', 'toString'])
    expect(signInWords(text)).toBe('The sign-in did not work. Begin again.');
});
