import { expect, it } from 'vitest';
import { createPasswordCheck, isCommon } from './password-rules.ts';

it('knows what everybody tries first, also decorated', () => {
  for (const password of [
    'password',
    'Password1',
    'P@ssw0rd!',
    'passw0rd2024',
    '12345678',
    '987654321',
    'aaaaaaaa',
    'abababab',
    'qwertz123',
    '123admin123',
    '!Welcome2025!',
    'Pilothouse1',
  ]) {
    expect([password, isCommon(password)]).toEqual([password, true]);
  }
});

it('leaves phrases and random texts alone', () => {
  for (const password of [
    'correct horse battery',
    'a good password',
    '4rR$kq0zVv',
    'lab-person-password',
    'long enough',
  ]) {
    expect([password, isCommon(password)]).toEqual([password, false]);
  }
});

it('goes by the rules as they are when it is asked', () => {
  const rules = { minLength: 8, refuseCommon: true, refusePersonal: true };
  const check = createPasswordCheck(() => rules);
  const ann = { email: 'ann.lee@example.org', name: 'Ann Bellweather' };
  expect(() => check('short', ann)).toThrow('at least 8');
  expect(() => check('x'.repeat(2000), ann)).toThrow('at most');
  expect(() => check('Password1', ann)).toThrow('everybody tries');
  expect(() => check('ANN.LEE and more', ann)).toThrow('e-mail or your name');
  expect(() => check('old bellweather', ann)).toThrow('e-mail or your name');
  // Three letters stand in too many words.
  expect(() => check('planned for fifty', ann)).not.toThrow();
  Object.assign(rules, { minLength: 20, refuseCommon: false, refusePersonal: false });
  expect(() => check('a good password', ann)).toThrow('at least 20');
  expect(() => check('Password1Password1xx', ann)).not.toThrow();
});
