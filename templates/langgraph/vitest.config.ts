import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Each wait for a condition has its own shorter deadline, which a busy machine may miss once; hence the retry.
    retry: 1,
    // Some tests start processes, which takes its time on a busy machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
