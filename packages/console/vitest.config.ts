import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Each file starts a server and a Chromium.
  test: { testTimeout: 60_000, hookTimeout: 180_000 },
});
