import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Each file starts a server and a Chromium, which may share two cores with others. A hook may have to install Chromium first.
  test: { isolate: false, testTimeout: 60_000, hookTimeout: 480_000, expect: { poll: { timeout: 20_000 } } },
});
