import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './test/support/install-hermes.ts',
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
