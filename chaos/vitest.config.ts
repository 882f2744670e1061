import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Each wait for a condition has its own shorter deadline, which a busy machine may miss once; hence the retry.
    retry: 1,
    testTimeout: 300_000,
    hookTimeout: 120_000,
  },
});
