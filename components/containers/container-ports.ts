import type { ContainerRow } from '#lib/shared/inventory.ts';

/** `8080→80` for what is published, `80` for what is only exposed; `/udp` where it is not tcp. v4 and v6 count once. */
export function portTexts(ports: ContainerRow['ports']): string[] {
  const sorted = [...ports].sort((a, b) => Number(!a.public) - Number(!b.public) || a.private - b.private);
  const texts = sorted.map(({ ip, private: inside, public: outside, type }) => {
    const suffix = type === 'tcp' ? '' : `/${type}`;
    if (!outside) return `${inside}${suffix}`;
    const address = !ip || ip === '0.0.0.0' || ip === '::' ? '' : ip.includes(':') ? `[${ip}]:` : `${ip}:`;
    return `${address}${outside}→${inside}${suffix}`;
  });
  return [...new Set(texts)];
}
