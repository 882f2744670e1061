import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'template-claude-code',
    // Each wait for a condition has its own shorter deadline, which a busy machine may miss once; hence the retry.
    retry: 1,
    // Claude Code takes a second or two to start, more on a busy machine, and most tests start it a few times.
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
