import { expect, test } from 'vitest';
import { defaultSettings, type Settings } from '#lib/shared/settings.ts';
import { parseTrustedProxies } from './client-address.ts';
import { followTrustedProxies } from './trusted-proxies.ts';

test('the settings add proxies at once, take theirs away at once, and never those of the environment', () => {
  let settings = defaultSettings;
  let tell: (settings: Settings) => void = () => {};
  const store = {
    get: () => settings,
    onChange: (listener: (settings: Settings) => void) => {
      tell = listener;
      return () => {};
    },
  };
  const set = (trustedProxies: string[]) => {
    settings = { ...settings, network: { ...settings.network, trustedProxies } };
    tell(settings);
  };
  const trusted = followTrustedProxies(parseTrustedProxies(['127.0.0.1']), store);
  expect([trusted('127.0.0.1'), trusted('10.0.0.1')]).toEqual([true, false]);
  set(['10.0.0.0/8']);
  expect([trusted('127.0.0.1'), trusted('10.0.0.1')]).toEqual([true, true]);
  set([]);
  expect([trusted('127.0.0.1'), trusted('10.0.0.1')]).toEqual([true, false]);
});
