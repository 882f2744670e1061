import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Each test waits for conditions with a deadline of its own; this one is for what hangs.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
