import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Some tests start processes, which takes its time on a busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
