import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'export',
  trailingSlash: true,
  reactStrictMode: true,
  // One source gives one export, byte for byte.
  generateBuildId: () => 'vramscan',
  productionBrowserSourceMaps: false,
  poweredByHeader: false,
};

export default config;
