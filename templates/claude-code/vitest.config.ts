import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'template-claude-code',
    // Claude Code takes a second or two to start, more on a busy machine, and most tests start it a few times.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
