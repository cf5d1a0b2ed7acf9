/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // The server loads these once, outside Next's bundles; both bundlers fail on ssh2's optional binary.
  serverExternalPackages: ['dockerode', 'docker-modem', 'ssh2', 'better-sqlite3', 'pg'],
  // No page resizes images, so nobody, signed in or not, shall make the server do it and write into its own folder.
  images: { unoptimized: true, maximumDiskCacheSize: 0 },
  // npm run check type-checks the whole tree, the server included; doing it again here would only cost start-up time.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
};
export default config;
