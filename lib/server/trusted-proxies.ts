import type { SettingsStore } from '#lib/identity/settings.ts';
import { parseTrustedProxies } from './client-address.ts';

/**
 * Whether an address is a proxy whose X-Forwarded-* counts: one of those that the environment names, which no setting
 * takes away, or of those in the settings, in force from the moment they are changed.
 */
export function followTrustedProxies(
  fromEnvironment: (address: string) => boolean,
  settings: Pick<SettingsStore, 'get' | 'onChange'>,
): (address: string) => boolean {
  let entries = settings.get().network.trustedProxies;
  let added = parseTrustedProxies(entries, 'The setting of trusted proxies');
  settings.onChange(({ network }) => {
    if (network.trustedProxies === entries) return;
    entries = network.trustedProxies;
    added = parseTrustedProxies(entries, 'The setting of trusted proxies');
  });
  return (address) => fromEnvironment(address) || added(address);
}
