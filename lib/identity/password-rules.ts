import { appError } from '#lib/shared/errors.ts';
import type { Settings } from '#lib/shared/settings.ts';
import { passwordLengthMax } from './user-input.ts';

/** Whose password it is to be. */
export interface PasswordOwner {
  email: string;
  name: string;
}

/** Checks a new password by the rules in force; throws bad-request with the rule. */
export type CheckNewPassword = (password: string, owner: PasswordOwner) => void;

/** What people choose when they are asked for any password; also with digits and signs around, and with 0 for o. */
const common = new Set(
  `password passwort passwordpassword motdepasse contrasena qwerty qwertyuiop qwertz qwertzuiop asdfghjkl asdfasdf
  azerty azertyuiop zxcvbnm letmein welcome willkommen iloveyou sunshine princess football baseball superman batman
  starwars dragon monkey shadow master trustno admin administrator adminadmin rootroot root toor user guest test
  testtest testing changeme default temp temporary secret secretsecret login docker dockerdocker pilothouse portainer
  computer internet whatever michael jennifer jordan hunter ninja mustang freedom hello helloworld abc abcd abcdef
  abcdefgh abcabc qwe qweqwe asd zaq zaqxsw qazwsx`.split(/\s+/),
);

const leet: Record<string, string> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };

/** Binds the check to the settings as they are when it is asked. */
export function createPasswordCheck(rules: () => Settings['passwords']): CheckNewPassword {
  return (password, owner) => {
    const { minLength, refuseCommon, refusePersonal } = rules();
    if (password.length < minLength) {
      throw appError('bad-request', `A password has at least ${minLength} characters.`);
    }
    if (password.length > passwordLengthMax) {
      throw appError('bad-request', `A password has at most ${passwordLengthMax} characters.`);
    }
    if (refuseCommon && isCommon(password)) {
      throw appError('bad-request', 'This password is one of those that everybody tries first; choose another.');
    }
    if (refusePersonal && isPersonal(password, owner)) {
      throw appError('bad-request', 'A password must not hold your e-mail or your name.');
    }
  };
}

/** Whether it is a word of the list with some decoration, one sign again and again, or a row of the keyboard's digits. */
export function isCommon(password: string): boolean {
  const lower = password.toLowerCase();
  if (new Set(lower).size <= 2) return true;
  if (isRow(lower)) return true;
  const plain = trimSigns(lower);
  // `passw0rd1`: read as letters inside, while what stands around them is decoration.
  return common.has(plain) || common.has(trimSigns([...plain].map((sign) => leet[sign] ?? sign).join('')));
}

function trimSigns(text: string): string {
  return text.replace(/^[^a-z]+|[^a-z]+$/g, '');
}

function isRow(text: string): boolean {
  const row = '01234567890123456789';
  return row.includes(text) || [...row].reverse().join('').includes(text);
}

/** Shorter parts stand in too many words. */
const partLengthMin = 4;

function isPersonal(password: string, { email, name }: PasswordOwner): boolean {
  const lower = password.toLowerCase();
  const parts = [email, email.split('@')[0] ?? '', ...name.split(/\s+/)].map((part) => part.trim().toLowerCase());
  return parts.some((part) => part.length >= partLengthMin && lower.includes(part));
}
