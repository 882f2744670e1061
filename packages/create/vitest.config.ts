import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The built templates have their own tests, which do not run here.
  test: { include: ['test/**/*.test.ts'] },
});
