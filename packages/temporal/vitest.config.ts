import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What test files share is the imported code: each starts its own servers. It saves the second in which a file imports it.
    isolate: false,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
