import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './test/support/install-hermes.ts',
    // Each test starts real programs.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
