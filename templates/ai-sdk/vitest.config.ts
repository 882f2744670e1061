import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // What test files share is the imported code: each starts its own servers. It saves the second in which a file imports it.
    isolate: false,
    // Some tests start processes, which takes its time on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
