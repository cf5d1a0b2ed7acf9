import { expect, test } from 'vitest';
import { defaultSettings } from '#lib/shared/settings.ts';
import { changeOf, formOf, settingsFormSchema } from './settings-form.ts';

test('the form gives back the settings that it was filled with', () => {
  const settings = {
    ...defaultSettings,
    sessions: { lengthHours: 12, idleMinutes: 30 },
    banner: 'Authorised use only',
    network: { trustedProxies: ['10.0.0.0/8', '192.0.2.1'], allowedOrigins: ['https://wiki.example.com'] },
  };
  const { secondFactor: _, ...rest } = settings;
  expect(changeOf(formOf(settings))).toEqual(rest);
});

test('what the console would refuse is told at its field', () => {
  const form = { ...formOf(defaultSettings), lengthHours: '0', allowedOrigins: 'ftp://example.com', minLength: 'many' };
  const fields = settingsFormSchema.safeParse(form).error?.issues.map(({ path }) => path[0]);
  expect(fields).toContain('minLength');
  const numbers = settingsFormSchema.safeParse({ ...form, minLength: '8' }).error?.issues.map(({ path }) => path[0]);
  expect(numbers).toEqual(['lengthHours', 'allowedOrigins']);
});
