import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './test/support/install-hermes.ts',
    // These tests start servers and bound how soon those answer; on a machine that other work keeps busy one may miss its bound.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
