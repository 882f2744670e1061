import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The first run on a machine downloads the model, and the model's thread may share its core.
  test: { testTimeout: 120_000, hookTimeout: 600_000 },
});
