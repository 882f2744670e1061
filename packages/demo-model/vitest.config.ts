import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The first run on a machine downloads the model; and one thread may have to share its core.
  test: { testTimeout: 120_000, hookTimeout: 600_000 },
});
