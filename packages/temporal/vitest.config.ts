import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Each test waits for conditions with a deadline of its own; this one is for what hangs.
    // These tests start servers and bound how soon those answer; on a machine that other work keeps busy one may miss its bound.
    retry: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
