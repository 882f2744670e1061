import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The built templates have tests of their own.
  test: { include: ['test/**/*.test.ts'] },
});
